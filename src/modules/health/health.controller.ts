import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ERRORS } from '../../core/errors.js';
import { Public } from '../../infra/access/index.js';
import { Metrics } from '../../infra/telemetry/index.js';
import { HealthService } from './health.service.js';

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly metrics: Metrics,
  ) {}

  @Public()
  @Get('health')
  @ApiOperation({ summary: 'Whether the process runs' })
  alive(): { status: string; service: string } {
    return { status: 'healthy', service: 'tollkeeper' };
  }

  @Public()
  @Get('health/ready')
  @ApiOperation({ summary: 'Whether database, migrations and queue are in order; 503 when not' })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const readiness = await this.health.readiness();
    await reply.code(readiness.status === 'ready' ? 200 : ERRORS.overloaded.status).send(readiness);
  }

  @Public()
  @Get('metrics')
  @ApiOperation({ summary: 'Metrics for Prometheus' })
  async prometheus(@Res() reply: FastifyReply): Promise<void> {
    await reply.type(this.metrics.registry.contentType).send(await this.metrics.registry.metrics());
  }
}
