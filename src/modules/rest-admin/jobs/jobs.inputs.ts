import { JobStatus } from '../../ledger/index.js';
import { EnumField, NumberField, TextField } from '../fields/fields.js';
import { DatesQuery } from '../reports/reports.inputs.js';

const MOST_ROWS = 100;
const LAST_PAGE = 10_000;
const DEFAULT_ROWS = 20;

export class JobsQuery extends DatesQuery {
  @NumberField(1, LAST_PAGE, { optional: true, about: 'From 1.' })
  page?: number | null;

  @NumberField(1, MOST_ROWS, { optional: true, about: '20 when left out.' })
  page_size?: number | null;

  @EnumField(Object.values(JobStatus), { optional: true })
  status?: JobStatus | null;

  @TextField({ optional: true, max: 100 })
  job_type?: string | null;

  pages(): { page: number; page_size: number } {
    return { page: this.page ?? 1, page_size: this.page_size ?? DEFAULT_ROWS };
  }

  filter(): { status?: JobStatus | null; jobType?: string | null; from?: Date | null; to?: Date | null } {
    return { status: this.status, jobType: this.job_type, from: this.start_date, to: this.end_date };
  }
}
