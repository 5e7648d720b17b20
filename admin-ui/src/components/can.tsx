import type { ReactNode } from 'react';
import { useSession } from '../lib/session.js';
import { NoPermissionState } from './states.js';

/** Shows its children to those who hold the right; a whole page says instead why it is empty. */
export function Can({ action, page = false, children }: { action: string; page?: boolean; children: ReactNode }) {
  if (useSession().may(action)) return children;
  return page ? <NoPermissionState action={action} /> : null;
}
