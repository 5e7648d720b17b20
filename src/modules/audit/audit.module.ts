import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RefusalRecorder } from '../../infra/access/index.js';
import { AuditEntry } from './entries/audit-entry.entity.js';
import { AuditLog } from './audit-log.service.js';
import { AuditVerifications } from './audit-verification.service.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { AuditResolver, CheckpointsResolver } from './audit.resolver.js';
import { AuditService } from './audit.service.js';
import { AuditSigner } from './checkpoints/audit-signer.js';
import { CheckpointFile } from './checkpoints/checkpoint-file.js';
import { AuditCheckpoint } from './checkpoints/checkpoint.entity.js';
import { Checkpoints } from './checkpoints/checkpoints.service.js';
import { AuditExportController } from './export/audit-export.controller.js';
import { AuditExports } from './export/audit-export.service.js';
import { RefusalLimit } from './refusal-limit.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry, AuditCheckpoint])],
  controllers: [AuditExportController],
  providers: [
    ...[AuditService, AuditLog, AuditVerifications, AuditExports, RefusalLimit],
    ...[AuditSigner, CheckpointFile, Checkpoints],
    ...[AuditResolver, CheckpointsResolver],
    { provide: RefusalRecorder, useExisting: AuditService },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
  exports: [AuditService, RefusalRecorder],
})
export class AuditModule {}
