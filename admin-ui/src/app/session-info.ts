import { getJson } from '../lib/requests.js';

/** What anybody may know before signing in. */
export interface SessionInfo {
  readonly signed_in: boolean;
  readonly methods: { readonly entra: boolean; readonly master_key: boolean };
  readonly setup_needed: boolean;
}

export const readSessionInfo = (): Promise<SessionInfo> => getJson<SessionInfo>('/auth/session');
