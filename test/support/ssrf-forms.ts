/** Ways to write this machine, or a place that leads to it, as the host of a URL. */
const HOSTS = [
  ...['127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '2130706433', '0x7f000001', '0x7F.0x0.0x0.0x1', '0177.0.0.1'],
  ...['017700000001', '0x7f.1', '127.0.0.1.', '0', '0.0.0.0', '0x0', '00000000', '[::1]', '[::]', '[0:0:0:0:0:0:0:1]'],
  ...['[0000::0001]', '[::127.0.0.1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:0:0]', '[64:ff9b::7f00:1]'],
  ...[
    '[2002:7f00:1::]',
    '[fe80::1%25lo]',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'localhost.localdomain',
  ],
  ...['１２７.0.0.1', '127。0。0。1', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', '127%2e0%2e0%2e1', '%6c%6f%63%61%6c%68%6f%73%74', 'loc\u00adalhost'],
  ...['127.0.0.\t1', '10.0.0.1', '169.254.169.254', '192.168.0.1', 'metadata.google.internal'],
];

/** Ways to put a host, written `host:port`, into a URL; some of them hide it. */
const DRESSES: readonly ((place: string) => string)[] = [
  (place) => `http://${place}/v1`,
  (place) => `https://${place}/v1`,
  (place) => `HTTPS://${place}/v1?x=api.openai.com`,
  (place) => `https://api.openai.com@${place}/v1`,
  (place) => `https://${place}\\@api.openai.com/v1`,
  (place) => `https://${place}#@api.openai.com/v1`,
  (place) => `//${place}/v1`,
  (place) => `https:${place}`,
];

/** Over 300 URLs that lead, or try to lead, to a port of this machine or to a place inside a network. */
export const ssrfForms = (port: number): readonly string[] =>
  HOSTS.flatMap((host) => DRESSES.map((dress) => dress(`${host}:${port}`)));
