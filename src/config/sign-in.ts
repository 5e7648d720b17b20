import { isUuid } from '../core/id.js';
import { Secret } from '../core/secret.js';
import {
  isAddressRange,
  listOf,
  matching,
  oneOf,
  type Reader,
  secretOf,
  serviceUrl,
  type Setting,
  SWITCH,
} from './readers.js';

const UUID_FORM = 'a UUID such as 11111111-2222-3333-4444-555555555555';
const uuid: Reader<string> = (text) => (isUuid(text) ? { value: text.toLowerCase() } : { problem: 'it is no UUID' });
const A_URL = 'an https URL, or an http one on this machine';

/** How people and programs sign in. */
export const SIGN_IN_SETTINGS = {
  masterKeyEnabled: {
    name: 'MASTER_KEY_ENABLED',
    about: 'Accept the master key at all.',
    rule: 'on or off',
    fallback: 'on',
    shown: 'on',
    read: oneOf(SWITCH),
  } satisfies Setting<'on' | 'off'>,
  masterKeySignIn: {
    name: 'MASTER_KEY_SIGN_IN',
    about: 'Let people sign in to the portal with the master key.',
    rule: 'on or off',
    fallback: null,
    shown: 'on with the embedded database or without Entra ID, else off',
    read: oneOf(SWITCH),
  } satisfies Setting<'on' | 'off'>,
  trustedProxies: {
    name: 'TRUSTED_PROXIES',
    about: 'Proxies whose forwarded headers are believed; everybody else is who the connection says.',
    rule: 'IP addresses or CIDRs, separated by commas',
    fallback: Object.freeze([]),
    shown: 'none',
    read: listOf(isAddressRange),
  } satisfies Setting<readonly string[]>,
  entraTenantId: {
    name: 'ENTRA_TENANT_ID',
    about: 'Microsoft Entra ID (Azure AD): directory in which the application is registered.',
    rule: UUID_FORM,
    fallback: null,
    shown: 'no sign-in with Microsoft',
    read: uuid,
  } satisfies Setting<string>,
  entraClientId: {
    name: 'ENTRA_CLIENT_ID',
    about: 'Application (client) id of the registration.',
    rule: UUID_FORM,
    fallback: null,
    shown: 'no sign-in with Microsoft',
    read: uuid,
  } satisfies Setting<string>,
  entraClientSecret: {
    name: 'ENTRA_CLIENT_SECRET',
    about: 'Client secret of the registration.',
    rule: 'at least 16 characters',
    fallback: null,
    shown: 'no sign-in with Microsoft',
    read: secretOf(16),
  } satisfies Setting<string>,
  entraTenants: {
    name: 'ENTRA_TENANTS',
    about: 'Further directories whose people may sign in; makes the sign-in multi-tenant.',
    rule: 'UUIDs, separated by commas',
    fallback: Object.freeze([]),
    shown: 'none: only ENTRA_TENANT_ID',
    read: listOf(isUuid),
  } satisfies Setting<readonly string[]>,
  entraAuthority: {
    name: 'ENTRA_AUTHORITY',
    about: 'Where Entra ID is reached; national clouds have their own.',
    rule: A_URL,
    fallback: 'https://login.microsoftonline.com',
    shown: 'https://login.microsoftonline.com',
    read: serviceUrl,
  } satisfies Setting<string>,
  entraGraphUrl: {
    name: 'ENTRA_GRAPH_URL',
    about: 'Microsoft Graph, asked for the groups of people who are in too many for their token.',
    rule: A_URL,
    fallback: 'https://graph.microsoft.com/v1.0',
    shown: 'https://graph.microsoft.com/v1.0',
    read: serviceUrl,
  } satisfies Setting<string>,
  entraApiAudience: {
    name: 'ENTRA_API_AUDIENCE',
    about: 'Audience that access tokens of integrators must name, beside ENTRA_CLIENT_ID.',
    rule: 'a client id or an application id URI such as api://tollkeeper',
    fallback: null,
    shown: 'ENTRA_CLIENT_ID alone',
    read: matching(/^[\x21-\x7e]{1,200}$/),
  } satisfies Setting<string>,
  entraApiScope: {
    name: 'ENTRA_API_SCOPE',
    about: 'Scope that access tokens on behalf of a person must hold.',
    rule: 'a name of letters, digits, dots, hyphens and underscores',
    fallback: 'access_as_user',
    shown: 'access_as_user',
    read: matching(/^[\w.-]{1,100}$/),
  } satisfies Setting<string>,
} as const;

/** A registration in Entra ID, complete. */
export interface EntraConfig {
  readonly tenantId: string;
  /** Every directory whose people may sign in, the own one included. */
  readonly tenants: readonly string[];
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly authority: string;
  readonly graphUrl: string;
  readonly audiences: readonly string[];
  readonly scope: string;
}

type Read = <T>(key: keyof typeof SIGN_IN_SETTINGS) => T | null;

const NEEDED = ['entraTenantId', 'entraClientId', 'entraClientSecret'] as const;

/**
 * The registration, or null when none is configured.
 * @param complain is told of half a registration
 */
export function entraConfig(
  read: Read,
  publicUrl: string | null,
  complain: (problem: string) => void,
): EntraConfig | null {
  const [tenantId, clientId, secret] = NEEDED.map((key) => read<string>(key));
  const audience = read<string>('entraApiAudience');
  const others = read<readonly string[]>('entraTenants')!.map((each) => each.toLowerCase());
  const [authority, graphUrl] = [read<string>('entraAuthority')!, read<string>('entraGraphUrl')!];
  const scope = read<string>('entraApiScope')!;
  if (!tenantId && !clientId && !secret) return null;
  const missing = NEEDED.filter((key) => !read<string>(key)).map((key) => SIGN_IN_SETTINGS[key].name);
  if (missing.length > 0) complain(`Sign-in with Entra ID needs ${missing.join(', ')} too.`);
  if (!publicUrl) complain('Sign-in with Entra ID needs PUBLIC_URL: Microsoft sends people back to it.');
  if (!tenantId || !clientId || !secret || !publicUrl) return null;
  return Object.freeze({
    tenantId,
    tenants: Object.freeze([...new Set([tenantId, ...others])]),
    clientId,
    clientSecret: new Secret(secret),
    authority,
    graphUrl,
    audiences: Object.freeze(audience ? [clientId, audience] : [clientId]),
    scope,
  });
}
