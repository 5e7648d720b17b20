import type { EntityManager } from 'typeorm';
import type { Action } from './action.js';

/** Who acts. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly id: string; readonly name: string; readonly email: string }
  | { readonly kind: 'key'; readonly id: string; readonly name: string; readonly teamId: string | null }
  /** A program with a token of the directory. */
  | { readonly kind: 'application'; readonly id: string; readonly name: string }
  | { readonly kind: 'master_key' }
  | { readonly kind: 'system'; readonly task: string };

export const ANONYMOUS: Actor = Object.freeze({ kind: 'anonymous' });

/** Every organization: the reach of platform actors and of system tasks. Never a valid organization id. */
export const ALL_ORGANIZATIONS = '*';

export interface Origin {
  readonly requestId: string;
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface CtxFields extends Origin {
  readonly actor: Actor;
  /** Organization whose rows can be seen, or ALL_ORGANIZATIONS; row-level security holds the same line. */
  readonly organizationId: string;
  readonly actions: ReadonlySet<Action>;
  /** Bound to organizationId; inside an admin mutation also to its transaction. */
  readonly em: EntityManager;
}

/** Who acts, in which organization, under which request id, through which entity manager. Frozen. */
export class Ctx implements CtxFields {
  readonly actor: Actor;
  readonly organizationId: string;
  readonly actions: ReadonlySet<Action>;
  readonly em: EntityManager;
  readonly requestId: string;
  readonly address: string | null;
  readonly userAgent: string | null;

  constructor(fields: CtxFields) {
    this.actor = fields.actor;
    this.organizationId = fields.organizationId;
    this.actions = fields.actions;
    this.em = fields.em;
    this.requestId = fields.requestId;
    this.address = fields.address;
    this.userAgent = fields.userAgent;
    Object.freeze(this);
  }

  /** The same actor and request in a transaction. */
  withManager(em: EntityManager): Ctx {
    return new Ctx({ ...this, em });
  }

  may(action: Action): boolean {
    return this.actions.has(action);
  }
}

/** Name of an actor as audit rows and ledger transactions keep it. */
export function actorName(actor: Actor): string {
  if ('name' in actor) return actor.name;
  return actor.kind === 'system' ? actor.task : actor.kind;
}

export function actorId(actor: Actor): string | null {
  return 'id' in actor ? actor.id : null;
}
