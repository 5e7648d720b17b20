import { describe, expect, it } from '@jest/globals';
import { changesOf, diffOf } from './diff.js';

describe('a diff', () => {
  it('tells what was added, removed, changed and left', () => {
    const before = { name: 'Old', reason: 'late', status: 'active', until: null };
    const after = { name: 'New', reason: null, status: 'active', until: '2026-12-01' };
    expect(diffOf({ before, after }).map(({ path, kind }) => [path, kind])).toEqual([
      ['name', 'changed'],
      ['reason', 'removed'],
      ['status', 'same'],
      ['until', 'added'],
    ]);
  });

  it('looks into objects, and compares lists as a whole', () => {
    const before = { metadata: { plan: 'a', owner: { city: 'Bonn' } }, tags: [1, 2] };
    const after = { metadata: { plan: 'a', owner: { city: 'Köln' } }, tags: [1, 2] };
    const changed = diffOf({ before, after }).filter(({ kind }) => kind !== 'same');
    expect(changed).toEqual([{ path: 'metadata.owner.city', before: 'Bonn', after: 'Köln', kind: 'changed' }]);
  });

  it('keeps an empty object apart from none', () => {
    expect(diffOf({ before: { metadata: {} }, after: { metadata: null } })).toEqual([
      { path: 'metadata', before: '{}', after: null, kind: 'removed' },
    ]);
  });

  it('of something that was made has only what it was made with', () => {
    expect(diffOf({ before: null, after: { id: 'a', note: null } })).toEqual([
      { path: 'id', before: null, after: 'a', kind: 'added' },
    ]);
  });
});

it('takes only changes from the changes of an entry', () => {
  const change = { entity: 'Team', id: 'a', before: null, after: { id: 'a' } };
  expect(changesOf([change, 'x', null, { id: 1 }])).toEqual([change]);
  expect(changesOf({})).toEqual([]);
});
