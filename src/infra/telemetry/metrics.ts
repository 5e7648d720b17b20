import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Prometheus metrics of this process. Labels hold bounded sets only, never an id that a client chooses. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Counter({
    name: 'tollkeeper_http_requests_total',
    help: 'HTTP requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers: [this.registry],
  });

  readonly calls = new Counter({
    name: 'tollkeeper_llm_calls_total',
    help: 'LLM calls by how they ended.',
    labelNames: ['provider', 'outcome'],
    registers: [this.registry],
  });

  readonly refusals = new Counter({
    name: 'tollkeeper_refusals_total',
    help: 'Requests of the job API that were answered with an error, by its code.',
    labelNames: ['code'],
    registers: [this.registry],
  });

  readonly tokens = new Counter({
    name: 'tollkeeper_llm_tokens_total',
    help: 'Tokens by direction.',
    labelNames: ['direction'],
    registers: [this.registry],
  });

  readonly callSeconds = new Histogram({
    name: 'tollkeeper_llm_call_seconds',
    help: 'Time from admission of an LLM call to its settlement.',
    labelNames: ['provider'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  readonly openCalls = new Gauge({
    name: 'tollkeeper_llm_calls_open',
    help: 'LLM calls of this process that hold money right now.',
    registers: [this.registry],
  });

  readonly recovered = new Counter({
    name: 'tollkeeper_llm_calls_recovered_total',
    help: 'LLM calls of dead processes that were ended by recovery.',
    labelNames: ['state'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
