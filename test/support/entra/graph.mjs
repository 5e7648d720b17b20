import { pairwise } from './provider.mjs';

/** Microsoft Graph gives fewer than it is asked for when it likes to, so a client has to follow the links. */
const PAGE = 100;

const answer = (response, status, body) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const failure = (code) => ({ error: { code, message: code } });

/** Answers /me and /users/{id} /transitiveMemberOf/microsoft.graph.group, a page at a time. */
export async function graphAnswer({ request, response, provider, people, graphUrl, state }) {
  state.graphRequests.push(`${request.method} ${request.url}`);
  if (state.graphIsDown) return answer(response, 503, failure('ServiceUnavailable'));
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const access = token && (await provider.AccessToken.find(token));
  if (!access?.scopes.has('User.Read')) return answer(response, 401, failure('InvalidAuthenticationToken'));
  if (request.headers.consistencylevel !== 'eventual')
    return answer(response, 400, failure('Request_UnsupportedQuery'));
  const url = new URL(request.url, graphUrl);
  const path = /^\/graph\/v1\.0\/(?:me|users\/([0-9a-f-]+))\/transitiveMemberOf\/microsoft\.graph\.group$/;
  const [matches, wanted] = path.exec(url.pathname) ?? [];
  const person = people.find((each) => pairwise(each.oid) === access.accountId);
  if (!matches || (wanted !== undefined && wanted !== person.oid))
    return answer(response, 404, failure('Request_ResourceNotFound'));
  const from = Number(url.searchParams.get('$skiptoken') ?? 0);
  const until = from + Math.min(PAGE, Number(url.searchParams.get('$top') ?? PAGE));
  url.searchParams.set('$skiptoken', String(until));
  return answer(response, 200, {
    '@odata.count': person.groups.length,
    ...(until < person.groups.length && { '@odata.nextLink': url.href }),
    value: person.groups.slice(from, until).map((id) => ({ '@odata.type': '#microsoft.graph.group', id })),
  });
}
