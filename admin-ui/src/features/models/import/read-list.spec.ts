import { describe, expect, it } from '@jest/globals';
import { readList } from './read-list.js';
import { classOf, matching, type PreviewRow } from './rows.js';
import { text } from './text.js';

describe('a list that was pasted', () => {
  it('is read as it is', () => {
    expect(readList(' {"models": [{"name": "a"}]} ')).toEqual({ list: { models: [{ name: 'a' }] } });
  });

  it('says what is wrong before anything is sent', () => {
    expect(readList('  ')).toEqual({ problem: text.listMissing });
    expect(readList('[]')).toEqual({ problem: text.listShape });
    expect(readList('null')).toEqual({ problem: text.listShape });
    expect(readList(`"${'x'.repeat(500_000)}"`)).toEqual({ problem: text.listTooLong });
    expect(readList('{"models": ')).toEqual({ problem: expect.stringMatching(/^This is no JSON: /) });
  });
});

describe('rows of a preview', () => {
  const row = (name: string | null, difference: PreviewRow['difference'], providerKind: string | null): PreviewRow => ({
    ...{ id: name ?? 'models[0]', name, difference, providerKind, modelId: null, source: null, asOf: null, note: null },
    changes: [],
    problems: [],
  });
  const rows = [row('gpt-5', 'NEW', 'openai'), row('GPT-4o', 'CHANGED', 'azure-openai'), row(null, 'INVALID', null)];
  const found = (wanted: object): (string | null)[] =>
    matching(rows, { difference: undefined, kind: undefined, search: '', ...wanted }).map(({ name }) => name);

  it('are found by difference, kind and name', () => {
    expect(found({})).toEqual(['gpt-5', 'GPT-4o', null]);
    expect(found({ search: 'gpt' })).toEqual(['gpt-5', 'GPT-4o']);
    expect(found({ search: 'gpt', kind: 'openai' })).toEqual(['gpt-5']);
    expect(found({ difference: 'INVALID' })).toEqual([null]);
  });

  it('name the classes of a price list as other pages do', () => {
    expect([classOf('cache_write_1h'), classOf('input'), classOf('video')]).toEqual(['cacheWrite1h', 'input', null]);
  });
});
