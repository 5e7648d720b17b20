import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum AttentionKind {
  NO_CREDITS = 'no_credits',
  PROVIDER_FAILING = 'provider_failing',
  LOW_CREDITS = 'low_credits',
  TEAM_SUSPENDED = 'team_suspended',
  KEY_EXPIRING = 'key_expiring',
  TEAM_PAUSED = 'team_paused',
  JOB_OPEN_LONG = 'job_open_long',
}
registerEnumType(AttentionKind, { name: 'AttentionKind', description: 'Why something needs attention.' });

export enum Severity {
  CRITICAL = 'critical',
  WARNING = 'warning',
  INFO = 'info',
}
registerEnumType(Severity, { name: 'Severity', description: 'CRITICAL: calls fail now; WARNING: they soon may.' });

export enum AttentionLink {
  TEAM = 'team',
  PROVIDER = 'provider',
  KEY = 'key',
  JOB = 'job',
}
registerEnumType(AttentionLink, { name: 'AttentionLink', description: 'What kind of thing an id is of.' });

@ObjectType({ description: 'Something that somebody should look at.' })
export class Attention {
  @Field(() => AttentionKind, { description: 'Why.' })
  kind: AttentionKind;

  @Field(() => Severity, { description: 'How urgent it is.' })
  severity: Severity;

  @Field({ description: 'A few words.' })
  title: string;

  @Field({ description: 'A sentence.' })
  message: string;

  @Field(() => AttentionLink, { description: 'What it is about.' })
  linkType: AttentionLink;

  @Field(() => ID, { description: 'The id of what it is about.' })
  linkId: string;
}
