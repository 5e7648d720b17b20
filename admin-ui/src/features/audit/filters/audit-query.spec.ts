import { describe, expect, it } from '@jest/globals';
import type { ListState } from '../../../lib/list-state.js';
import { auditFilter, exportPath } from './audit-query.js';

const state = (filters: Record<string, string>, search = ''): ListState => ({
  search,
  sort: 'NEWEST',
  size: 25,
  after: null,
  page: 1,
  filters,
});

describe('the filter of the audit log', () => {
  it('asks for nothing when the address bar does not', () => {
    expect(Object.values(auditFilter({})).filter((value) => value !== null)).toEqual([]);
  });

  it('takes several values, and tells actors with an id from kinds of actors', () => {
    const asked = { action: 'key.create,key.revoke', actor: 'usr_1,master_key', status: 'DENIED' };
    expect(auditFilter(asked)).toMatchObject({
      actions: ['key.create', 'key.revoke'],
      actorIds: ['usr_1'],
      actorKinds: ['master_key'],
      status: 'DENIED',
    });
  });
});

describe('the address of an export', () => {
  it('says the same as the filter, in the words of REST', () => {
    const asked = { action: 'key.create,key.revoke', status: 'DENIED', from: '2026-11-01T00:00:00Z', entityId: 'a&b' };
    const { searchParams } = new URL(exportPath(state(asked, 'ada'), 'jsonl'), 'http://here');
    expect(Object.fromEntries(searchParams)).toEqual({
      format: 'jsonl',
      actions: 'key.create,key.revoke',
      status: 'denied',
      entity_id: 'a&b',
      from: '2026-11-01T00:00:00.000Z',
      search: 'ada',
    });
  });
});
