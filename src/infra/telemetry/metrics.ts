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

  readonly ledgerSeconds = new Histogram({
    name: 'tollkeeper_ledger_batch_seconds',
    help: 'Time of one transaction of the ledger.',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.registry],
  });

  readonly ledgerBatch = new Histogram({
    name: 'tollkeeper_ledger_batch_operations',
    help: 'Money operations in one transaction of the ledger.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers: [this.registry],
  });

  readonly ledgerProblems = new Gauge({
    name: 'tollkeeper_ledger_problems',
    help: 'Differences that the auditor of the ledger found when it ran last.',
    registers: [this.registry],
  });

  readonly recovered = new Counter({
    name: 'tollkeeper_llm_calls_recovered_total',
    help: 'LLM calls of dead processes that were ended by recovery.',
    labelNames: ['state'],
    registers: [this.registry],
  });

  readonly rateDecisions = new Counter({
    name: 'tollkeeper_rate_limit_decisions_total',
    help: 'Calls that rate limits decided on, by where they are counted and whether they were let through.',
    labelNames: ['store', 'outcome'],
    registers: [this.registry],
  });

  readonly redisFailures = new Counter({
    name: 'tollkeeper_redis_failures_total',
    help: 'Commands that Redis refused or did not answer in time; what they were for was done without it.',
    labelNames: ['purpose'],
    registers: [this.registry],
  });

  readonly contentDropped = new Counter({
    name: 'tollkeeper_content_dropped_total',
    help: 'Content of calls that was to be stored and was not, by what it was for and why; the calls themselves went well.',
    labelNames: ['kind', 'reason'],
    registers: [this.registry],
  });

  readonly cacheLookups = new Counter({
    name: 'tollkeeper_response_cache_lookups_total',
    help: 'Calls of projects with a response cache, by whether a kept answer served them.',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly limitAlerts = new Counter({
    name: 'tollkeeper_limit_alerts_total',
    help: 'Percentages that the use of spend limits has reached, by what the limit does then.',
    labelNames: ['enforcement'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
