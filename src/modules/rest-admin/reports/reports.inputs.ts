import { InstantField, PatternField } from '../fields/fields.js';
import { MONTH_OR_ALL, MONTH_OR_ALL_RULE } from './span.js';

export class PeriodQuery {
  @PatternField(MONTH_OR_ALL, MONTH_OR_ALL_RULE, {
    optional: true,
    about: 'A month in UTC (YYYY-MM) or all; the current month when left out. Jobs count by when they were created.',
  })
  period?: string | null;
}

export class DatesQuery {
  @InstantField({ optional: true, about: 'First day, or first moment.' })
  start_date?: Date | null;

  @InstantField({ optional: true, dayEnds: true, about: 'Last day, which counts as a whole; or the moment after.' })
  end_date?: Date | null;
}
