import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport';

/** What came of a step of the flow: the browser goes on elsewhere, or somebody is there. */
export type StepResult<Visit> = { readonly redirect: string } | { readonly visit: Visit };

export interface StepOptions {
  step(this: void): Promise<StepResult<unknown>>;
}

/**
 * The flow as passport knows strategies. Passport keeps strategies by name for the whole process, so this one holds
 * nothing: the guard hands it the step to take, and two applications in one process do not meet.
 */
@Injectable()
export class EntraStrategy extends PassportStrategy(Strategy, 'entra') {
  override authenticate(_request: unknown, { step }: StepOptions): void {
    step().then(
      (result) => ('redirect' in result ? this.redirect(result.redirect) : this.success(result.visit as object)),
      (error: unknown) => this.error(error),
    );
  }

  /** Asked for by Nest of every strategy; a step tells by itself who is there. */
  validate(): never {
    throw new Error('the strategy verifies by its steps');
  }
}
