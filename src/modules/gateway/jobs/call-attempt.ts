import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({ description: 'One request to a vendor. Who it went to is shown only to those who may see providers.' })
export class CallAttempt {
  @Field(() => ID)
  id: string;

  @Field(() => ID, { nullable: true, description: 'The provider that was asked.' })
  providerId: string | null;

  @Field(() => String, { nullable: true, description: 'Its name at that time.' })
  providerName: string | null;

  @Field(() => String, { nullable: true, description: 'Its kind.' })
  providerKind: string | null;

  @Field(() => String, { nullable: true, description: "The vendor's name of the model." })
  modelName: string | null;

  @Field(() => Int, { nullable: true, description: 'How long it took, to the last byte.' })
  latencyMs: number | null;

  @Field(() => String, { nullable: true, description: 'Kind of the failure; null when it succeeded.' })
  error: string | null;

  @Field(() => Int, { nullable: true, description: 'HTTP status of a failure, when there was an answer.' })
  status: number | null;

  @Field(() => String, { nullable: true, description: "The vendor's words about the failure." })
  message: string | null;
}

/** An attempt as the pipeline has recorded it; with `isBlank`, without what names the vendor. */
export function callAttempt(stored: Record<string, unknown>, isBlank: boolean): CallAttempt {
  const text = (name: string): string | null => (typeof stored[name] === 'string' ? stored[name] : null);
  const whole = (name: string): number | null => (typeof stored[name] === 'number' ? stored[name] : null);
  const vendor = (name: string): string | null => (isBlank ? null : text(name));
  return {
    id: text('id') ?? '',
    providerId: vendor('provider_id'),
    providerName: vendor('provider'),
    providerKind: vendor('kind'),
    modelName: vendor('model'),
    latencyMs: whole('ms'),
    error: text('error'),
    status: whole('status'),
    message: vendor('message'),
  };
}
