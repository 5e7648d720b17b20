import { type ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { OneTimeLink } from './one-time-link.js';
import { NotFound, PageError } from './page-error.js';
import type { SessionInfo } from './session-info.js';
import { SignIn } from './sign-in.js';
import { SignedIn } from './signed-in.js';

/** A page in a chunk of its own, loaded when somebody goes there. */
const page = (path: string, load: () => Promise<ComponentType>): RouteObject => ({
  path,
  ErrorBoundary: PageError,
  lazy: async () => ({ Component: await load() }),
});

const PAGES: RouteObject[] = [
  page('/', async () => (await import('../features/dashboard/dashboard.js')).Dashboard),
  page('/organizations', async () => (await import('../features/organizations/organizations.js')).Organizations),
  page('/organizations/:id', async () => (await import('../features/organizations/organization.js')).Organization),
  page('/teams', async () => (await import('../features/teams/teams.js')).Teams),
  page('/teams/:id', async () => (await import('../features/teams/team.js')).Team),
  page('/keys', async () => (await import('../features/keys/keys.js')).Keys),
  page('/keys/:id', async () => (await import('../features/keys/key.js')).Key),
  page('/jobs', async () => (await import('../features/jobs/jobs.js')).Jobs),
  page('/jobs/:id', async () => (await import('../features/jobs/job.js')).Job),
  page('/model-aliases', async () => (await import('../features/aliases/aliases.js')).Aliases),
  page('/model-aliases/:id', async () => (await import('../features/aliases/alias.js')).Alias),
  page('/model-access', async () => (await import('../features/access-groups/access-groups.js')).AccessGroups),
  page('/model-access/:id', async () => (await import('../features/access-groups/access-group.js')).AccessGroup),
  page('/models', async () => (await import('../features/models/models.js')).Models),
  page('/models/import', async () => (await import('../features/models/import/price-import.js')).PriceImport),
  page('/models/:id', async () => (await import('../features/models/model.js')).Model),
  page('/providers', async () => (await import('../features/providers/providers.js')).Providers),
  page('/providers/:id', async () => (await import('../features/providers/provider.js')).Provider),
  page('/audit', async () => (await import('../features/audit/audit-log.js')).AuditLog),
  page('/users', async () => (await import('../features/users/users.js')).Users),
  page('/users/:id', async () => (await import('../features/users/user.js')).User),
  { path: '*', Component: NotFound },
];

/** @param info what is known before anything is shown; a new sign-in loads the document anew */
export function makeRouter(info: SessionInfo): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter([
    { path: '/sign-in', element: <SignIn info={info} />, ErrorBoundary: PageError },
    { path: '/setup', element: <OneTimeLink purpose="setup" />, ErrorBoundary: PageError },
    { path: '/invitation', element: <OneTimeLink purpose="invitation" />, ErrorBoundary: PageError },
    {
      path: '/',
      element: <SignedIn info={info} />,
      ErrorBoundary: PageError,
      HydrateFallback: () => null,
      children: PAGES,
    },
  ]);
}
