import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { isUuid } from '../../../core/id.js';
import { Directory, DirectoryUnreachable } from './directory.js';
import { BadToken, type TokenClaims } from './tokens.js';

interface GroupPage {
  readonly value?: unknown;
  readonly '@odata.nextLink'?: unknown;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** Values of a claim that is a list of texts; none when it is missing. */
export function textsOf(claim: unknown): readonly string[] {
  if (claim === undefined) return [];
  if (!Array.isArray(claim) || !claim.every(isText)) throw new BadToken('a claim that should be a list of texts');
  return claim;
}

/** Whether the person is in more groups than the token holds, so that it names a place to ask instead. */
const overflows = ({ _claim_names: names, hasgroups }: TokenClaims): boolean =>
  (hasgroups !== undefined && hasgroups !== false && hasgroups !== 'false') ||
  (typeof names === 'object' && names !== null && 'groups' in names);

/** The groups of a person who signs in. What cannot be known is a failure, never an empty list. */
@Injectable()
export class Groups {
  constructor(
    private readonly directory: Directory,
    private readonly config: Config,
  ) {}

  /**
   * @param accessToken for Microsoft Graph, asked when the token does not hold all groups
   * @throws DirectoryUnreachable, BadToken
   */
  async of(claims: TokenClaims, accessToken: string): Promise<readonly string[]> {
    if (!overflows(claims)) return textsOf(claims.groups);
    const groups: string[] = [];
    const { graphPageSize, graphPages } = this.config.bounds;
    const query = `$select=id&$count=true&$top=${graphPageSize}`;
    let url: string | null = `${this.root()}me/transitiveMemberOf/microsoft.graph.group?${query}`;
    for (let page = 0; url !== null; page++) {
      if (page === graphPages) throw new BadToken(`more groups than ${graphPages} pages hold`);
      const { value, '@odata.nextLink': next } = await this.read(url, accessToken);
      groups.push(...idsIn(value));
      url = next === undefined ? null : this.own(next);
    }
    return groups;
  }

  private root(): string {
    return `${this.directory.settings.graphUrl}/`;
  }

  /** The access token goes to the configured Graph and nowhere else, whatever a link says. */
  private own(link: unknown): string {
    const url = isText(link) && URL.canParse(link) ? new URL(link).href : '';
    if (!url.startsWith(this.root())) throw new DirectoryUnreachable('Microsoft Graph links to a foreign place');
    return url;
  }

  private async read(url: string, accessToken: string): Promise<GroupPage> {
    try {
      const response = await fetch(url, {
        // Casting members to groups is an advanced query, which Graph answers with this header only.
        headers: { authorization: `Bearer ${accessToken}`, consistencylevel: 'eventual', accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(this.config.bounds.entraTimeoutMs),
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
      return (await response.json()) as GroupPage;
    } catch (cause) {
      throw new DirectoryUnreachable('Microsoft Graph cannot be asked for groups', { cause });
    }
  }
}

function idsIn(value: unknown): string[] {
  const ids = Array.isArray(value) ? value.map((each: { id?: unknown } | null) => each?.id) : [null];
  if (!ids.every((id): id is string => isText(id) && isUuid(id)))
    throw new DirectoryUnreachable('Microsoft Graph answers with something else than groups');
  return ids;
}
