import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '../../core/secret.js';
import { cleanMessage, MAX_MESSAGE_CHARS } from './clean-message.js';
import { errorFromStatus, kindOfStatus, retryAfterSeconds } from './from-status.js';
import { VendorError } from './vendor-error.js';

describe('cleanMessage', () => {
  const leaks: [string, string][] = [
    ['Incorrect API key provided: sk-proj-abcDEF123_x-yz4567. See docs', 'abcDEF123'],
    ['Incorrect API key provided: sk-pro**********6789.', '6789'],
    ['header was "Authorization: Bearer abc.def-ghi"', 'abc.def-ghi'],
    ['api_key=hunter2hunter2 is wrong', 'hunter2'],
    ['x-api-key: "topsecretvalue"', 'topsecret'],
    ['key AIzaSyA1234567890abcdefghijklmnopqrstuv invalid', 'AIzaSy'],
    ['token gsk_9f8e7d6c5b4a rejected', '9f8e7d'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'eyJhbGci'],
    ['a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6 is not a known key', 'a1b2c3'],
    ['s\u200bk-abc\u200bdef123456 is wrong', 'def123456'],
    ['connect ECONNREFUSED 10.1.2.3:8000', '10.1.2'],
    ['connect to [fd00::12]:8000 failed', 'fd00'],
    ['connect to fe80::1%eth0 failed', 'fe80'],
    ['getaddrinfo ENOTFOUND vllm.models.svc.cluster.local', 'vllm'],
    ['upstream gpu-node-7.corp:9000 said no', 'gpu-node'],
    ['upstream redis:6379 said no', 'redis:'],
    ['at localhost:8000', 'localhost'],
    ['call to http://internal-llm/v1?key=abc failed', 'internal-llm'],
    ['call to api.acme.co.uk failed', 'acme'],
    ['Rate limit reached in organization org-AbCdEf12345 on tokens', 'AbCdEf'],
    ['Project `proj_9XyZabc` has no access', '9XyZ'],
    ['account acct_1234abcd suspended', '1234abcd'],
    ['arn:aws:bedrock:us-east-1:123456789012:model/x denied', '123456789012'],
    ['User 123456789012 is not authorized', '123456789012'],
    ['projects/my-gcp-project-77/locations denied', 'my-gcp-project'],
    ['subscription 0f8fad5b-d9cb-469f-a165-70867728950e disabled', 'd9cb'],
    ['mail ops@acme.example for help', 'ops@'],
    ['File /opt/vllm/engine/async.py failed', '/opt/vllm'],
    ['<html><body><h1>Bad Gateway</h1></body></html>', '<h1>'],
    ['<script src=x', '<script'],
  ];
  it.each(leaks)('%s', (text, leak) => {
    expect(cleanMessage(text)).not.toContain(leak);
  });

  it('leaves ordinary words alone', () => {
    const text =
      "Invalid value for 'messages.0.content': gpt-4o-mini-2024-07-18, meta-llama/Llama-3.1-70B-Instruct and " +
      'claude-3-5-sonnet-20241022 take at most 128000 tokens; max_tokens must be <= 4096 (response_format.json_schema).';
    expect(cleanMessage(text)).toBe(text);
  });

  it('is bounded, is its own fixed point in length, and knows no control characters', () => {
    expect(cleanMessage('word '.repeat(100_000)).length).toBeLessThanOrEqual(MAX_MESSAGE_CHARS);
    expect(cleanMessage('a\r\nb\u0000c')).toBe('a b c');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6_000 }), (text) => {
        const clean = cleanMessage(text);
        expect(clean.length).toBeLessThanOrEqual(MAX_MESSAGE_CHARS);
        expect(clean).not.toMatch(/[\r\n\0]/);
      }),
    );
  });

  it('never lets a key through, wherever it stands', () => {
    const key = fc.stringMatching(/^sk-[A-Za-z0-9]{20,48}$/);
    fc.assert(
      fc.property(fc.string(), key, fc.string(), (before, secret, after) => {
        expect(cleanMessage(`${before} ${secret} ${after}`)).not.toContain(secret.slice(3));
      }),
    );
  });
});

describe('VendorError', () => {
  it('cuts out the very credential, whatever it looks like', () => {
    const error = new VendorError('refused', 'key swordfish is wrong', { status: 400 });
    const clean = error.without(new Secret('swordfish'));
    expect(clean).toMatchObject({ kind: 'refused', status: 400, retryable: false, message: 'key [redacted] is wrong' });
    expect(error.without(null)).toBe(error);
  });

  it.each([
    ['one that a pattern cuts in the middle', 'horse/sk-9f8e7d6c+battery&staple', 'The key: '],
    ['one that the limit of length cuts', 'correct-horse-battery-staple', 'so it goes '.repeat(44)],
  ])('cuts out the credential before the message is cleaned: %s', (_, credential, before) => {
    const error = new VendorError('refused', `${before}${credential}`);
    for (const said of [error, error.with({ status: null })]) {
      const clean = said.without(new Secret(credential));
      for (const half of [credential.slice(0, 9), credential.slice(-9)]) {
        expect(clean.message).not.toContain(half);
        expect(inspect(clean, { showHidden: true })).not.toContain(half);
      }
    }
  });

  it.each([
    [301, 'unavailable', false],
    [400, 'refused', false],
    [401, 'authentication', false],
    [403, 'authentication', false],
    [404, 'refused', false],
    [408, 'timeout', true],
    [409, 'unavailable', true],
    [413, 'refused', false],
    [422, 'refused', false],
    [429, 'rate_limited', true],
    [500, 'unavailable', true],
    [503, 'unavailable', true],
    [504, 'timeout', true],
    [529, 'unavailable', true],
  ])('status %i is %s, retryable %s', (status, kind, retryable) => {
    expect(kindOfStatus(status)).toBe(kind);
    expect(errorFromStatus(status, {}, null)).toMatchObject({ kind, retryable, status });
  });

  it('says nothing of the vendor about a refused credential', () => {
    expect(errorFromStatus(401, {}, 'Key test-***key of Acme').message).not.toMatch(/test|Acme/);
  });

  it.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '0.2' }, 1],
    [{ 'retry-after': '99999999' }, 86_400],
    [{ 'retry-after-ms': '1500' }, 2],
    [{ date: 'Wed, 21 Oct 2015 07:28:00 GMT', 'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT' }, 30],
    [{ 'retry-after': '-3' }, null],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ])('retry-after %j', (headers, seconds) => {
    expect(retryAfterSeconds(headers as Record<string, string>)).toBe(seconds);
  });
});
