import type { Answer, TestApp } from './app.js';
import { anyAddress } from './app.js';

type Sent = Readonly<Record<string, string>>;

/** A browser on pages of the product: it keeps cookies, and says where its requests come from. */
export class Browser {
  /** The last header Set-Cookie. */
  lastSetCookie = '';
  private jar = new Map<string, string>();

  constructor(
    private readonly app: Pick<TestApp, 'rest'>,
    readonly address = anyAddress(),
    private readonly headers: Sent = { 'sec-fetch-site': 'same-origin' },
  ) {}

  cookies(): [name: string, value: string][] {
    return [...this.jar];
  }

  /** Another one with the same cookies; other headers if given. */
  copy(headers: Sent = this.headers): Browser {
    const copy = new Browser(this.app, this.address, headers);
    copy.jar = new Map(this.jar);
    return copy;
  }

  get(url: string, headers: Sent = {}): Promise<Answer> {
    return this.send('GET', url, { headers });
  }

  post(url: string, body: unknown, headers: Sent = {}): Promise<Answer> {
    return this.send('POST', url, { body, headers });
  }

  gql(query: string, variables: object = {}, headers: Sent = {}): Promise<Answer> {
    return this.post('/graphql', { query, variables }, headers);
  }

  private async send(
    method: string,
    url: string,
    { body, headers }: { body?: unknown; headers: Sent },
  ): Promise<Answer> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = { 'x-admin-key': '', ...this.headers, ...(cookie && { cookie }), ...headers };
    const answer = await this.app.rest(method, url, { body, headers: sent, address: this.address });
    for (const line of [answer.headers['set-cookie'] ?? []].flat() as string[]) this.keep(line);
    return answer;
  }

  /** Takes what a header Set-Cookie says. */
  keep(line: string): void {
    this.lastSetCookie = line;
    const [name = '', value = ''] = line.split(';', 1)[0]!.split(/=(.*)/s);
    if (value === '' || /max-age=0\b/i.test(line)) this.jar.delete(name);
    else this.jar.set(name, value);
  }
}
