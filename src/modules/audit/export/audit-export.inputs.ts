import { ApiProperty } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { ArrayMaxSize, IsDate, IsEnum, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ACTIONS, type Action } from '../../../core/action.js';
import { AuditStatus } from '../entries/audit-entry.entity.js';
import type { AuditFilter } from '../audit.inputs.js';

export const EXPORT_FORMATS = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

/** Separated by commas, or the parameter several times. */
const listed = ({ value }: TransformFnParams): unknown => {
  const values: unknown[] = Array.isArray(value) ? (value as unknown[]) : [value];
  return values.flatMap((each) => (typeof each === 'string' ? each.split(',').filter((text) => text !== '') : [each]));
};
const instant = ({ value }: TransformFnParams): unknown => {
  const date = typeof value === 'string' && RFC3339.test(value) ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : value;
};

const ListParameter =
  (description: string): PropertyDecorator =>
  (target, property) => {
    ApiProperty({ type: String, required: false, description: `${description} Separated by commas.` })(
      target,
      property,
    );
    Transform(listed)(target, property);
    IsOptional()(target, property);
    IsString({ each: true })(target, property);
    MaxLength(200, { each: true })(target, property);
    ArrayMaxSize(100)(target, property);
  };

const TextParameter =
  (description: string): PropertyDecorator =>
  (target, property) => {
    ApiProperty({ type: String, required: false, description })(target, property);
    IsOptional()(target, property);
    IsString()(target, property);
    MaxLength(200)(target, property);
  };

const InstantParameter =
  (description: string): PropertyDecorator =>
  (target, property) => {
    ApiProperty({ type: String, format: 'date-time', required: false, description })(target, property);
    Transform(instant)(target, property);
    IsOptional()(target, property);
    IsDate({ message: '$property must be an RFC 3339 time such as 2025-01-31T12:00:00Z' })(target, property);
  };

export class AuditExportQuery {
  @ApiProperty({ enum: EXPORT_FORMATS, required: false, description: 'JSON lines, which can be verified, or CSV.' })
  @IsOptional()
  @IsIn(EXPORT_FORMATS)
  format?: ExportFormat;

  @TextParameter('Rows of this organization: its whole chain, unless another filter is given too.')
  organization_id?: string;

  @ListParameter('Actions, such as key.create.')
  @IsIn(ACTIONS as Action[], { each: true })
  actions?: Action[];

  @ApiProperty({ enum: Object.values(AuditStatus), required: false })
  @IsOptional()
  @IsEnum(AuditStatus)
  status?: AuditStatus;

  @ListParameter('Types of things, such as Team.')
  entity_types?: string[];

  @TextParameter('Id of a thing.')
  entity_id?: string;

  @ListParameter('Ids of users or keys.')
  actor_ids?: string[];

  @ListParameter('Kinds of actors: user, key, master_key, system, anonymous.')
  actor_kinds?: string[];

  @InstantParameter('Rows at or after this time.')
  from?: Date;

  @InstantParameter('Rows before this time.')
  to?: Date;

  @TextParameter('Text that the row contains, in any case.')
  search?: string;

  filter(): AuditFilter {
    const { actions, status, from, to } = this;
    return {
      organizationId: this.organization_id,
      actions,
      status,
      entityTypes: this.entity_types,
      entityId: this.entity_id,
      actorIds: this.actor_ids,
      actorKinds: this.actor_kinds,
      from,
      to,
    };
  }

  /** What was asked for, but for the format, as the opening of an export states it. */
  stated(): Record<string, unknown> {
    const { format: _format, ...given } = this;
    return JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
  }
}
