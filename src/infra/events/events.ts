import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../../config/index.js';
import { Log } from '../telemetry/index.js';

const CHANNEL = 'tollkeeper_events';
/** Topic that tells subscribers of this process that events may have been missed. */
export const RECONNECTED = 'reconnected';

const RECONNECT_MS = 1_000;
const ANSWER_MS = 2_000;

/** A PostgreSQL notification holds less than 8,000 bytes; an event is a hint to look, not the data itself. */
const MAX_BYTES = 7_000;

type Handler = (payload: Record<string, unknown>) => void;

/**
 * Publish and subscribe between the processes on one database, through LISTEN / NOTIFY. Delivery is best effort: after
 * a lost connection `reconnected` tells subscribers that they may have missed something.
 */
@Injectable()
export class Events implements OnModuleInit, OnApplicationShutdown {
  private readonly handlers = new Map<string, Set<Handler>>();
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  constructor(
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.connect();
  }

  /** Calls the handler for every event of the topic, from this process too; gives a function that ends it. */
  subscribe(topic: string, handler: Handler): () => void {
    const handlers = this.handlers.get(topic) ?? new Set<Handler>();
    this.handlers.set(topic, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /** Publishes through the caller's connection: inside a transaction the event leaves when it commits, or never. */
  async publish(
    connection: { query(text: string, values: unknown[]): Promise<unknown> },
    topic: string,
    payload: Record<string, unknown>,
  ): Promise<void> {
    const text = JSON.stringify({ topic, payload });
    if (Buffer.byteLength(text) > MAX_BYTES)
      throw new RangeError(`event of ${topic} is larger than ${MAX_BYTES} bytes`);
    await connection.query('SELECT pg_notify($1, $2)', [CHANNEL, text]);
  }

  /**
   * Resolves when this process has acted on everything that was published before: PostgreSQL hands events over before it
   * answers. At once while the connection is away; when it is back, `reconnected` says that events may have been missed.
   */
  async caughtUp(): Promise<void> {
    try {
      await this.client?.query('SELECT');
    } catch (error) {
      this.log.warn('events could not be waited for', { error }); // What was published is done all the same.
    }
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.config.databaseUrl!.reveal(),
      application_name: 'tollkeeper-events',
      query_timeout: ANSWER_MS,
    });
    client.on('notification', (message) => this.dispatch(message.payload ?? ''));
    client.on('error', (error) => this.log.warn('event connection failed', { error }));
    client.on('end', () => this.reconnectLater());
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    this.client = client;
  }

  private reconnectLater(): void {
    this.client = null;
    if (this.isStopped || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.connect().then(
        () => this.emit(RECONNECTED, {}),
        () => this.reconnectLater(),
      );
    }, RECONNECT_MS);
  }

  private dispatch(text: string): void {
    const { topic, payload } = JSON.parse(text) as { topic: string; payload: Record<string, unknown> };
    this.emit(topic, payload);
  }

  private emit(topic: string, payload: Record<string, unknown>): void {
    for (const handler of this.handlers.get(topic) ?? []) handler(payload);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.client?.end();
  }
}
