import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { AuditExportQuery } from './audit-export.inputs.js';
import { AuditExports } from './audit-export.service.js';

const TYPES = { jsonl: 'application/jsonl; charset=utf-8', csv: 'text/csv; charset=utf-8' } as const;

@ApiTags('audit log')
@ApiSecurity('admin_key')
@Controller('api/audit-logs')
export class AuditExportController {
  constructor(private readonly exports: AuditExports) {}

  @Access('audit.export', { sensitive: true })
  @Get('export')
  @ApiOperation({
    summary: 'The audit log as a file, oldest first',
    description:
      'JSON lines bear a signed opening and closing statement, and `tollkeeper audit verify` checks them offline. In ' +
      'CSV, cells that a spreadsheet would run as a formula begin with an apostrophe.',
  })
  @ApiProduces('application/jsonl', 'text/csv')
  @ApiOkResponse({ description: 'The rows', schema: { type: 'string' } })
  async export(@CurrentCtx() ctx: Ctx, @Query() query: AuditExportQuery): Promise<StreamableFile> {
    const format = query.format ?? 'jsonl';
    const chunks = Readable.from(await this.exports.begin(ctx, query), { objectMode: false });
    return new StreamableFile(chunks, {
      type: TYPES[format],
      disposition: `attachment; filename="audit-log.${format}"`,
    });
  }
}
