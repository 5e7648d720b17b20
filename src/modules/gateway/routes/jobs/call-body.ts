import { invalid } from '../../../../core/errors.js';
import { decimalText, type NanoUsd, parseUsd } from '../../../../core/money.js';
import type { JsonObject } from '../../../../providers/index.js';
import type { NewJob } from '../../jobs/jobs.service.js';

/** Fields that speak to the gateway; all others are the vendor's. */
const OWN_FIELDS = new Set([
  'team_id',
  'job_type',
  'user_id',
  'job_metadata',
  'max_cost_usd',
  'model',
  'model_group',
  'purpose',
  'call_metadata',
]);

/** Decided by the path that is called; refused rather than dropped. */
const PATH_FIELDS = ['stream', 'stream_options'];

export interface CallFields {
  readonly model: string | null;
  readonly body: JsonObject;
  readonly purpose: string | null;
  readonly userId: string | null;
  readonly metadata: Record<string, unknown>;
}

/** @throws DomainError invalid_request naming the field */
export function callFields(body: JsonObject): CallFields {
  for (const field of PATH_FIELDS)
    if (field in body) throw invalid(field, 'is decided by the path: use the streaming or the plain one');
  const { model, model_group: modelGroup } = body as Record<string, string | null | undefined>;
  if (model && modelGroup && model !== modelGroup) throw invalid('model_group', 'differs from model');
  return {
    model: model ?? modelGroup ?? null,
    body: Object.fromEntries(Object.entries(body).filter(([name, value]) => !OWN_FIELDS.has(name) && value !== null)),
    purpose: (body.purpose as string | undefined) ?? null,
    userId: (body.user_id as string | undefined) ?? null,
    metadata: (body.call_metadata as Record<string, unknown> | undefined) ?? {},
  };
}

/** @param metadataField the field that holds the job's metadata in this body */
export function jobFields(body: JsonObject, metadataField: 'metadata' | 'job_metadata', implicit: boolean): NewJob {
  return {
    teamId: (body.team_id as string | undefined) ?? null,
    jobType: body.job_type as string,
    userId: (body.user_id as string | undefined) ?? null,
    metadata: (body[metadataField] as Record<string, unknown> | undefined) ?? {},
    maxCost: ceiling(body.max_cost_usd as number | string | null | undefined),
    implicit,
  };
}

function ceiling(value: number | string | null | undefined): NanoUsd | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'number' ? (decimalText(value) ?? '') : value;
  const parsed = parseUsd(text);
  if (parsed === null || parsed <= 0n) throw invalid('max_cost_usd', 'must be an amount above zero, to nine decimals');
  return parsed;
}
