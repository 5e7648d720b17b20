import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Lets requests be read for cookies, and answers set them. */
export async function takeCookies(server: FastifyInstance): Promise<void> {
  await server.register(fastifyCookie);
}

/** A cookie that no script can read, and that other sites' requests do not carry unless a person follows a link. */
export class PrivateCookie {
  private readonly name: string;

  /**
   * @param isSecure whether people reach the product over https. The prefix `__Host-` makes browsers refuse the cookie
   * from anywhere but this very host over https; plain http has to do without.
   */
  constructor(
    name: string,
    private readonly isSecure: boolean,
  ) {
    this.name = isSecure ? `__Host-${name}` : name;
  }

  read(request: FastifyRequest): string | null {
    return request.cookies[this.name] ?? null;
  }

  set(reply: FastifyReply, value: string, maxAgeMs: number): void {
    void reply.setCookie(this.name, value, { ...this.options(), maxAge: Math.floor(maxAgeMs / 1000) });
  }

  clear(reply: FastifyReply): void {
    void reply.clearCookie(this.name, this.options());
  }

  private options(): { path: string; httpOnly: boolean; secure: boolean; sameSite: 'lax' } {
    return { path: '/', httpOnly: true, secure: this.isSecure, sameSite: 'lax' };
  }
}
