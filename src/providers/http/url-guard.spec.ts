import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../core/errors.js';
import { HttpTransport } from './http-transport.js';
import { type Resolver, UrlGuard } from './url-guard.js';

const HOSTILE = [
  'http://api.openai.com/v1',
  'ftp://api.openai.com',
  'file:///etc/passwd',
  'gopher://api.openai.com',
  'javascript:alert(1)',
  'simulator:',
  '//api.openai.com/v1',
  'https:api.openai.com',
  'https:/api.openai.com',
  'https:\\\\api.openai.com',
  'https://api.openai.com\\@127.0.0.1/',
  'https://',
  '',
  'https://user:pass@api.openai.com',
  'https://user@api.openai.com',
  'https://@api.openai.com',
  'https://api.openai.com@169.254.169.254/',
  'https://127.0.0.1#@api.openai.com/',
  'https://api.openai.com/#x',
  ' https://api.openai.com',
  'https://api.openai.com/ x',
  'https://127.0.\t0.1',
  'https://api.openai.com/\r\nhost:x',
  'https://127.0.0.1',
  'https://127.0.0.1:8443/v1',
  'https://127.1',
  'https://127.0.1',
  'https://2130706433',
  'https://0x7f000001',
  'https://0x7f.0.0.1',
  'https://0177.0.0.1',
  'https://017700000001',
  'https://134744072',
  'https://0x08080808',
  'https://8.8.2056',
  'https://127.0.0.1.',
  'https://localhost.',
  'https://api.openai.com.',
  'https://0',
  'https://0.0.0.0',
  'https://0.1.2.3',
  'https://10.0.0.1',
  'https://100.64.0.1',
  'https://100.100.100.200',
  'https://169.254.169.254/latest/meta-data',
  'https://168.63.129.16',
  'https://172.16.0.1',
  'https://172.31.255.255',
  'https://192.168.1.1',
  'https://192.0.0.192',
  'https://192.0.2.1',
  'https://192.88.99.1',
  'https://198.18.0.1',
  'https://198.51.100.7',
  'https://203.0.113.7',
  'https://224.0.0.1',
  'https://239.255.255.255',
  'https://240.0.0.1',
  'https://255.255.255.255',
  'https://[::]',
  'https://[::1]',
  'https://[0:0:0:0:0:0:0:1]',
  'https://[::127.0.0.1]',
  'https://[::ffff:127.0.0.1]',
  'https://[::ffff:7f00:1]',
  'https://[::ffff:8.8.8.8]',
  'https://[::ffff:0:127.0.0.1]',
  'https://[64:ff9b::7f00:1]',
  'https://[64:ff9b::808:808]',
  'https://[64:ff9b:1::1]',
  'https://[100::1]',
  'https://[2001::1]',
  'https://[2001:db8::1]',
  'https://[2002:7f00:1::]',
  'https://[3fff::1]',
  'https://[fc00::1]',
  'https://[fd00:ec2::254]',
  'https://[fe80::1]',
  'https://[fe80::1%25eth0]',
  'https://[fec0::1]',
  'https://[ff02::1]',
  'https://localhost',
  'https://LOCALHOST',
  'https://a.localhost',
  'https://printer.local',
  'https://metadata.google.internal',
  'https://metadata',
  'https://vllm.corp',
  'https://router.home.arpa',
  'https://１２７.0.0.1',
  'https://127。0。0。1',
  'https://ⓛocalhost',
  'https://127%2e0%2e0%2e1',
  'https://%6c%6f%63alhost',
  'https://loc\u00adalhost',
  `https://api.openai.com/${'a'.repeat(3_000)}`,
];

describe('UrlGuard.check', () => {
  const guard = new UrlGuard([]);
  it('has enough hostile forms', () => expect(HOSTILE.length).toBeGreaterThanOrEqual(60));

  it.each(HOSTILE)('refuses %s', (url) => {
    expect(() => guard.check(url)).toThrow(DomainError);
    expect(() => guard.check(url)).toThrow(/^base_url: /);
  });

  it.each([
    'https://api.openai.com/v1',
    'HTTPS://API.openai.com:8443/v1/',
    'https://8.8.8.8/v1',
    'https://[2606:4700::1111]/v1',
    'https://xn--bcher-kva.example.com',
    'https://eu.api.openai.com/v1?api-version=1',
  ])('takes %s', (url) => {
    expect(guard.check(url)).toBeInstanceOf(URL);
  });

  it('opens what the allow-list names, and only that', () => {
    const open = new UrlGuard([
      '10.0.0.0/8',
      'localhost:8000',
      '127.0.0.1:9000',
      '[::1]:9000',
      'VLLM.corp',
      'fd00::/8',
    ]);
    for (const url of [
      'http://10.1.2.3:8000/v1',
      'https://10.1.2.3',
      'http://localhost:8000/v1',
      'http://127.0.0.1:9000',
      'http://[::1]:9000',
      'http://vllm.corp:1234',
      'http://[fd12::1]',
    ])
      expect(open.check(url)).toBeInstanceOf(URL);
    for (const url of [
      'http://11.1.2.3',
      'http://localhost:8001',
      'http://localhost',
      'http://127.0.0.1:9001',
      'http://192.168.0.1',
      'http://x.vllm.corp',
      'http://user@10.1.2.3',
      'http://0xa010203',
      'http://api.openai.com',
    ])
      expect(() => open.check(url)).toThrow(DomainError);
  });

  it.each(['', 'http://x', '10.0.0.0/33', '10.0.0', '10.0.0.0/', 'a b', 'host:0', 'host:99999', '*', '::1%lo', 'a/8'])(
    'refuses the allow-list entry %j',
    (entry) => {
      expect(() => new UrlGuard([entry])).toThrow(DomainError);
    },
  );
});

const answering = (...addresses: string[]): Resolver => {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_hostname, _options, done) => done(null, found);
};
const lookUp = (guard: UrlGuard, host: string, port = 443): Promise<unknown> =>
  new Promise((resolve, reject) =>
    guard.lookupFor(port)(host, { all: true }, (error, found) => (error ? reject(error) : resolve(found))),
  );

describe('UrlGuard.lookupFor', () => {
  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '::1',
    '::ffff:127.0.0.1',
    'fe80::1%eth0',
    '64:ff9b::a00:1',
    '',
  ])('refuses a name that resolves to %s', async (address) => {
    await expect(lookUp(new UrlGuard([], answering(address)), 'a.example.com')).rejects.toThrow(DomainError);
    await expect(lookUp(new UrlGuard([], answering('8.8.8.8', address)), 'a.example.com')).rejects.toThrow(DomainError);
  });

  it('gives public addresses, in both calling forms', async () => {
    const guard = new UrlGuard([], answering('8.8.8.8', '2606:4700::1111'));
    expect(await lookUp(guard, 'a.example.com')).toHaveLength(2);
    const single = await new Promise((resolve) =>
      guard.lookupFor(443)('a.example.com', {}, (_error, address, family) => resolve([address, family])),
    );
    expect(single).toEqual(['8.8.8.8', 4]);
  });

  it('refuses a name without addresses and passes on failures', async () => {
    await expect(lookUp(new UrlGuard([], answering()), 'a.example.com')).rejects.toThrow(DomainError);
    const failing: Resolver = (_hostname, _options, done) => done(new Error('ENOTFOUND'), []);
    await expect(lookUp(new UrlGuard([], failing), 'a.example.com')).rejects.toThrow('ENOTFOUND');
  });

  it('lets a listed host be private, never link-local; a listed CIDR opens its addresses to any name', async () => {
    const named = (address: string): Promise<unknown> =>
      lookUp(new UrlGuard(['vllm.corp:8000'], answering(address)), 'vllm.corp', 8000);
    await expect(named('10.0.0.1')).resolves.toHaveLength(1);
    await expect(named('169.254.169.254')).rejects.toThrow(DomainError);
    await expect(named('0.0.0.0')).rejects.toThrow(DomainError);
    await expect(named('::ffff:10.0.0.1')).rejects.toThrow(DomainError);
    await expect(named('::ffff:a00:1')).rejects.toThrow(DomainError);
    await expect(lookUp(new UrlGuard(['vllm.corp:8000'], answering('10.0.0.1')), 'vllm.corp')).rejects.toThrow();
    await expect(lookUp(new UrlGuard(['10.0.0.0/8'], answering('10.0.0.1')), 'a.example.com')).resolves.toHaveLength(1);
  });
});

describe('DNS rebinding', () => {
  it('is stopped when the connection is made, though the text and the first answer were good', async () => {
    let connections = 0;
    const victim = createServer((_request, response) => response.end('secret'));
    victim.on('connection', () => connections++);
    victim.listen(0, '127.0.0.1');
    await once(victim, 'listening');
    const { port } = victim.address() as AddressInfo;
    const answers = ['8.8.8.8', '127.0.0.1', '127.0.0.1'];
    let asked = 0;
    const rebinding: Resolver = (_hostname, _options, done) => {
      done(null, [{ address: answers[asked++]!, family: 4 }]);
    };
    const guard = new UrlGuard([], rebinding);
    const transport = new HttpTransport({ guard });
    const url = `https://rebind.example.com:${port}/v1`;
    expect(guard.check(url)).toBeInstanceOf(URL);
    expect(await lookUp(guard, 'rebind.example.com', port)).toEqual([{ address: '8.8.8.8', family: 4 }]);
    const timeouts = { connectMs: 5_000, firstByteMs: 5_000, idleMs: 5_000 };
    const sent = transport.send({ url, headers: {}, body: '{}' }, { signal: new AbortController().signal, timeouts });
    await expect(sent).rejects.toMatchObject({
      kind: 'network',
      retryable: false,
      message: "The provider's address is not allowed.",
    });
    expect({ asked, connections }).toEqual({ asked: 2, connections: 0 });
    await transport.close();
    victim.close();
  });
});
