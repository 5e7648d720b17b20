import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../../core/errors.js';
import type { JsonObject } from '../../../../providers/index.js';
import type { Route, RouteTarget } from '../../../catalog/index.js';
import type { Flight } from '../../pipeline/attempt.js';
import type { CallRequest } from '../../pipeline/call.js';
import { cacheable, cacheText } from './cached-answer.js';

const target = (modelId: string, providerId = 'prv_1'): RouteTarget =>
  ({ modelId, provider: { id: providerId, kind: 'openai' }, prices: {}, charged: {} }) as unknown as RouteTarget;
const FIRST = target('mdl_1');
const routeTo = (name: string, ...targets: RouteTarget[]): Route =>
  ({ alias: { id: 'als_1', name }, targets }) as unknown as Route;
const ROUTE = routeTo('chat', FIRST, target('mdl_2'));

const BODY: JsonObject = { messages: [{ role: 'user', content: 'Hi' }], temperature: 0.5 };
const CALLER = { organizationId: 'org', projectId: 'prj', keyId: 'key_1' };
const text = (body: JsonObject, caller: object = {}, route = ROUTE): string =>
  cacheText({ body, caller: { ...CALLER, ...caller } as CallRequest['caller'] }, route);

describe('what two calls must have in common', () => {
  it('is not who asks, how the answer travels, or the order of the fields', () => {
    const { messages, temperature } = BODY;
    const beside = { user: 'u', metadata: { a: '1' }, stream: true, stream_options: {}, store: false };
    const ids = { safety_identifier: 's', prompt_cache_key: 'k', prompt_cache_retention: '24h' };
    expect(text({ temperature, messages, ...beside, ...ids })).toBe(text(BODY));
    expect(text(BODY, { keyId: 'key_2', userId: 'usr_1' })).toBe(text(BODY));
    expect(text(BODY, {}, routeTo('chat', FIRST))).toBe(text(BODY));
  });

  it('is everything else', () => {
    const call = { messages: [{ content: 'Hi', role: 'user' }], temperature: 0.5 };
    const others = [
      text({ ...BODY, temperature: 0.6 }),
      text({ ...BODY, seed: 1 }),
      text({ ...BODY, tools: [] }),
      text({ ...BODY, messages: [{ role: 'user', content: 'Hi ' }] }),
      text(call),
      text(BODY, { organizationId: 'other' }),
      text(BODY, { projectId: 'other' }),
      text(BODY, {}, routeTo('other', FIRST)),
      text(BODY, {}, routeTo('chat', target('mdl_2'))),
      text(BODY, {}, routeTo('chat', target('mdl_1', 'prv_2'))),
    ];
    expect(new Set([text(BODY), ...others]).size).toBe(others.length + 1);
  });
});

const choice = (reason: string | null): JsonObject => ({ index: 0, message: {}, finish_reason: reason });
const answer = (...reasons: (string | null)[]): JsonObject => ({
  id: 'x',
  model: 'chat',
  choices: reasons.map(choice),
});
const FLIGHT: Flight = {
  ...{ target: FIRST, completion: null, usage: { input: 1, output: 1 }, finishReason: 'stop', attempts: [] },
  ...{ deliveredBytes: 1, wasSent: true, error: null },
};

describe('an answer that may serve again', () => {
  it('is complete in every choice; its id and model are those of one call', () => {
    expect(cacheable(FLIGHT, answer('stop'), ROUTE)).toEqual({
      completion: { choices: [choice('stop')] },
      ...{ usage: { input: 1, output: 1 }, finishReason: 'stop' },
    });
    for (const reasons of [['tool_calls'], ['stop', 'stop'], ['function_call']])
      expect(cacheable(FLIGHT, answer(...reasons), ROUTE)).not.toBeNull();
  });

  it.each<[string, Partial<Flight>, JsonObject | null]>([
    ['was cut', {}, answer('length')],
    ['was filtered', {}, answer('content_filter')],
    ['was cut in one choice', {}, answer('stop', 'length')],
    ['did not end', {}, answer(null)],
    ['has no choice', {}, answer()],
    ['is not there', {}, null],
    ['failed after all', { error: new DomainError('provider_error', 'words') }, answer('stop')],
    ['was counted by nobody', { usage: null }, answer('stop')],
    ['came from a fallback', { target: target('mdl_2') }, answer('stop')],
    ['came from another connection', { target: target('mdl_1', 'prv_2') }, answer('stop')],
  ])('is none that %s', (_what, flight, completion) => {
    expect(cacheable({ ...FLIGHT, ...flight }, completion, ROUTE)).toBeNull();
  });
});
