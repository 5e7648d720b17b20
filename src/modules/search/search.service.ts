import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../core/ctx.js';
import { uuidRange } from '../../core/id.js';
import { containing } from '../../infra/database/index.js';
import { MAX_HITS, type SearchArgs, type SearchHit, SearchHitType } from './search-hit.js';
import { SEARCHES, sqlOf } from './searches.js';

/** Fewer digits than this are the start of too many ids to mean one. */
const MIN_ID_DIGITS = 4;

/** Finds things of every type by name or id, for the palette. */
@Injectable()
export class SearchService {
  /** What matches in whole first, then by its start, then anywhere; only types that the actor may read. */
  async find(ctx: Ctx, { text, first }: SearchArgs): Promise<SearchHit[]> {
    const wanted = text.trim();
    const types = Object.values(SearchHitType).filter((type) => ctx.may(SEARCHES[type].action));
    if (wanted === '' || types.length === 0) return [];
    const anywhere = containing(wanted);
    const range = wanted.length >= MIN_ID_DIGITS ? uuidRange(wanted) : null;
    const ids = [range?.low ?? null, range?.high ?? null];
    const values = [wanted, anywhere.slice(1), anywhere, first ?? MAX_HITS, ...ids, ctx.organizationId];
    return ctx.em.query<SearchHit[]>(
      // The first part names every parameter, so that each has a type whichever types are searched.
      `SELECT hit.* FROM (${types.map(sqlOf).join(' UNION ALL ')}) hit
       WHERE $1::text IS NOT NULL AND $2::text IS NOT NULL AND $3::text IS NOT NULL
         AND ($5::uuid IS NULL OR $6::uuid IS NOT NULL)
       ORDER BY rank, place, title, id LIMIT $4`,
      values,
    );
  }
}
