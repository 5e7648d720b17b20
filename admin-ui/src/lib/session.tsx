import { createContext, type ReactNode, use, useMemo } from 'react';
import type { ViewerQuery } from '../gql/viewer.js';

export type Viewer = ViewerQuery['viewer'];

export interface Session {
  readonly viewer: Viewer;
  /** Whether the person holds the right, for example `team.create`; the server decides again anyway. */
  readonly may: (action: string) => boolean;
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  const session = useMemo<Session>(() => {
    const held = new Set(viewer.actions);
    return { viewer, may: (action) => held.has(action) };
  }, [viewer]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Who is signed in. Only for what is shown inside the portal's frame. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession outside SessionProvider');
  return session;
}
