import { describe, expect, it } from '@jest/globals';
import { type Actor, actorId, actorName, ANONYMOUS, Ctx } from './ctx.js';

const FIELDS = {
  actor: { kind: 'user', id: 'usr_1', name: 'Ada', email: 'ada@example.com' },
  organizationId: 'acme',
  actions: new Set(['key.read'] as const),
  em: { name: 'plain' } as never,
  requestId: 'req_1',
  address: '192.0.2.1',
  userAgent: null,
} as const;

describe('Ctx', () => {
  it('cannot be changed', () => {
    const ctx = new Ctx(FIELDS);
    expect(() => Object.assign(ctx, { organizationId: '*' })).toThrow(TypeError);
    expect(ctx.organizationId).toBe('acme');
  });

  it('keeps actor, organization, actions and origin in a transaction', () => {
    const em = { name: 'transaction' } as never;
    const inside = new Ctx(FIELDS).withManager(em);
    expect({ ...inside }).toEqual({ ...FIELDS, em });
    expect(inside).toBeInstanceOf(Ctx);
  });

  it('allows what its actions say, and nothing else', () => {
    const ctx = new Ctx(FIELDS);
    expect([ctx.may('key.read'), ctx.may('key.create')]).toEqual([true, false]);
  });
});

describe('the name of an actor', () => {
  const actors: readonly [Actor, string, string | null][] = [
    [FIELDS.actor, 'Ada', 'usr_1'],
    [{ kind: 'key', id: 'key_1', name: 'ci', teamId: 't1' }, 'ci', 'key_1'],
    [{ kind: 'system', task: 'expire-jobs' }, 'expire-jobs', null],
    [{ kind: 'master_key' }, 'master_key', null],
    [ANONYMOUS, 'anonymous', null],
  ];

  it.each(actors)('of %j is %p, with the id %p', (actor, name, id) => {
    expect([actorName(actor), actorId(actor)]).toEqual([name, id]);
  });
});
