import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum ProviderState {
  HEALTHY = 'healthy',
  DEGRADED = 'degraded',
  FAILING = 'failing',
  UNUSED = 'unused',
}
registerEnumType(ProviderState, {
  name: 'ProviderState',
  description:
    'FAILING: more than a tenth of five or more requests failed; DEGRADED: some failed; UNUSED: none was sent.',
});

@ObjectType({ description: 'How a provider did in the last hour, as far as the caller may see its calls.' })
export class ProviderHealth {
  @Field(() => Int, { description: 'Requests sent to it, those of fallbacks and retries included.' })
  calls: number;

  @Field(() => Int, { description: 'Of these, how many it failed; a request that it refused as wrong is no failure.' })
  errors: number;

  @Field(() => Float, { description: 'errors / calls, 0 to 1; 0 without calls.' })
  errorRate: number;

  @Field(() => Int, { nullable: true, description: 'Half of the requests that succeeded took no longer.' })
  p50LatencyMs: number | null;

  @Field(() => Date, { nullable: true, description: 'When it failed last.' })
  lastErrorAt: Date | null;

  @Field(() => String, { nullable: true, description: 'What it said then.' })
  lastError: string | null;

  @Field(() => ProviderState, { description: 'The figures in a word.' })
  state: ProviderState;
}

/** Fewer requests than this say little. */
export const TELLING_CALLS = 5;

export function stateOf(calls: number, errors: number): ProviderState {
  if (calls === 0) return ProviderState.UNUSED;
  if (errors === 0) return ProviderState.HEALTHY;
  return calls >= TELLING_CALLS && errors * 10 > calls ? ProviderState.FAILING : ProviderState.DEGRADED;
}
