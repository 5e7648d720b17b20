import { Amount, Count } from '../fields/answers.js';

/** In camel case, as the seeds' dashboard reads it. */
export class Dashboard {
  @Count({ about: 'Active ones.' })
  organizations: number;

  @Count()
  teams: number;

  @Count({ about: 'Active model aliases: each is a group of models in order.' })
  modelGroups: number;

  @Amount()
  totalCredits: number;

  @Amount()
  creditsRemaining: number;

  @Amount()
  creditsUsed: number;
}
