import { MAX_PAGE_SIZE, type Page, type PageRequest } from '../../../core/page.js';
import type { PageAnswer } from './answers.js';
import { NumberField, TextField } from './fields.js';

/** Query of every list that pages by cursor. */
export class PageQuery {
  @NumberField(1, MAX_PAGE_SIZE, { optional: true, about: 'Rows of the page; 25 when left out.' })
  limit?: number | null;

  @NumberField(1, MAX_PAGE_SIZE, { optional: true, about: 'Synonym of limit.' })
  first?: number | null;

  @TextField({ optional: true, max: 2_000, about: 'The next_cursor of the page before.' })
  after?: string | null;

  request(): PageRequest {
    return { first: this.limit ?? this.first, after: this.after };
  }
}

export class SearchQuery extends PageQuery {
  @TextField({ optional: true, about: 'Text that id or name contains, in any case.' })
  search?: string | null;

  override request(): PageRequest {
    return { ...super.request(), search: this.search };
  }
}

export const pageAnswer = ({ total, nextCursor }: Page<unknown>): PageAnswer => ({ total, next_cursor: nextCursor });
