import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import * as openid from 'openid-client';
import { Config, type EntraConfig } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { DomainError, notFound } from '../../../core/errors.js';

/**
 * openid-client takes the issuer in Entra's documents for the template that it is by the host's name alone. National
 * clouds and stand-ins are therefore asked under this name, which stands for the configured authority.
 */
const PUBLIC_CLOUD = 'https://login.microsoftonline.com';

interface Known {
  readonly client: openid.Configuration;
  readonly keys: JWTVerifyGetKey;
  readonly untilMs: number;
}

/** Entra ID cannot be reached, or answers with what it should not. */
export class DirectoryUnreachable extends Error {
  override readonly name = 'DirectoryUnreachable';
}

/** The configured directory: where it is, and with which keys it signs. Read when first needed, then kept for a day. */
@Injectable()
export class Directory {
  private known: Promise<Known> | null = null;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  get isConfigured(): boolean {
    return this.config.entra !== null;
  }

  /** @throws DomainError not_found when no sign-in with Entra ID is set up */
  get settings(): EntraConfig {
    if (!this.config.entra) throw notFound('Sign-in method', 'entra');
    return this.config.entra;
  }

  /** What a token of one of its tenants must name as issuer, to the letter. */
  issuerOf(tenantId: string): string {
    return `${this.settings.authority}/${tenantId}/v2.0`;
  }

  /** @throws DirectoryUnreachable */
  async client(): Promise<openid.Configuration> {
    return (await this.metadata()).client;
  }

  /** @throws DirectoryUnreachable */
  async keys(): Promise<JWTVerifyGetKey> {
    return (await this.metadata()).keys;
  }

  private async metadata(): Promise<Known> {
    const pending = (this.known ??= this.read());
    try {
      const known = await pending;
      if (known.untilMs > this.clock.nowMs()) return known;
    } catch (error) {
      if (this.known === pending) this.known = null; // The next sign-in asks again.
      if (error instanceof DomainError) throw error;
      throw new DirectoryUnreachable('the metadata of the directory cannot be read', { cause: error });
    }
    if (this.known === pending) this.known = null;
    return this.metadata();
  }

  private async read(): Promise<Known> {
    const { settings } = this;
    const { entraTimeoutMs, tokenClockSeconds, entraMetadataMs, entraKeysPauseMs } = this.config.bounds;
    const isInsecure = settings.authority.startsWith('http:');
    const client = await openid.discovery(
      new URL(`${PUBLIC_CLOUD}/${this.tenantPath()}/v2.0`),
      settings.clientId,
      { [openid.clockTolerance]: tokenClockSeconds, id_token_signed_response_alg: 'RS256' },
      openid.ClientSecretPost(settings.clientSecret.reveal()),
      {
        timeout: entraTimeoutMs / 1000,
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- browser specs compile this with the DOM's types
        [openid.customFetch]: (url, init) => fetch(this.located(url), init as RequestInit),
        execute: isInsecure ? [openid.allowInsecureRequests] : [],
      },
    );
    const keys = createRemoteJWKSet(new URL(client.serverMetadata().jwks_uri ?? ''), {
      timeoutDuration: entraTimeoutMs,
      cooldownDuration: entraKeysPauseMs,
      cacheMaxAge: entraMetadataMs,
    });
    return { client, keys, untilMs: this.clock.nowMs() + entraMetadataMs };
  }

  /** With several tenants everybody starts at the common door, and the token tells which tenant vouches. */
  private tenantPath(): string {
    const { tenants, tenantId } = this.settings;
    return tenants.length > 1 ? 'organizations' : tenantId;
  }

  private located(url: string): string {
    return url.startsWith(`${PUBLIC_CLOUD}/`) ? this.settings.authority + url.slice(PUBLIC_CLOUD.length) : url;
  }
}
