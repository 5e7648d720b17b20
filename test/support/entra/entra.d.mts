/** Somebody in the stand-in's directory. */
export interface EntraPerson {
  /** Object id; made when left out. */
  readonly oid?: string;
  readonly name: string;
  readonly email: string;
  /** Values of app roles. */
  readonly roles?: readonly string[];
  /** Object ids of groups. From 201 on the token names Microsoft Graph instead, as Entra ID does. */
  readonly groups?: readonly string[];
}

export interface EntraOptions {
  readonly people: readonly EntraPerson[];
  /** A free one when left out. */
  readonly port?: number;
  /** Time of its tokens, so that it goes with a clock that is turned. */
  readonly now?: () => Date;
}

/** A directory that speaks like Microsoft Entra ID, with the part of Microsoft Graph that tells groups. */
export interface Entra {
  readonly authority: string;
  readonly graphUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly people: readonly Required<EntraPerson>[];
  /** The settings of the product that go with it. */
  readonly env: Readonly<Record<string, string>>;
  /** Requests that Graph got, as method and path with query. */
  readonly graphRequests: readonly string[];
  /** While true, Graph answers 503. */
  graphIsDown: boolean;
  /** Signs in as the person of this e-mail, as a browser would; gives where the directory sends the browser back to. */
  signIn(authorizeUrl: string, email: string): Promise<string>;
  /** Presses Cancel on the page of the directory. */
  cancel(authorizeUrl: string): Promise<string>;
  /** A token with these claims, and the usual ones, signed by the directory. */
  token(claims: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export function startEntra(options: EntraOptions): Promise<Entra>;
