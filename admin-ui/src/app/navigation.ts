import {
  type Icon,
  IconBriefcase,
  IconBuilding,
  IconCpu,
  IconKey,
  IconLayoutDashboard,
  IconLockAccess,
  IconPlugConnected,
  IconRoute,
  IconShieldCheck,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';

export interface Place {
  readonly label: string;
  readonly path: string;
  readonly icon: Icon;
  /** The right that one needs to see it. */
  readonly action: string;
  /** Keys that lead there. */
  readonly keys?: string;
}

interface Section {
  readonly label: string | null;
  readonly places: readonly Place[];
}

/** The pages of the portal, as the sidebar, the palette and the shortcuts show them. */
export const SECTIONS: readonly Section[] = [
  {
    label: null,
    places: [
      { label: 'Dashboard', path: '/', icon: IconLayoutDashboard, action: 'usage.read', keys: 'g d' },
      { label: 'Organizations', path: '/organizations', icon: IconBuilding, action: 'organization.read', keys: 'g o' },
      { label: 'Teams', path: '/teams', icon: IconUsersGroup, action: 'team.read', keys: 'g t' },
      { label: 'Keys', path: '/keys', icon: IconKey, action: 'key.read', keys: 'g k' },
      { label: 'Jobs', path: '/jobs', icon: IconBriefcase, action: 'job.read', keys: 'g j' },
    ],
  },
  {
    label: 'Models',
    places: [
      { label: 'Aliases', path: '/model-aliases', icon: IconRoute, action: 'alias.read', keys: 'g m' },
      { label: 'Access groups', path: '/model-access', icon: IconLockAccess, action: 'access_group.read' },
      { label: 'Models and prices', path: '/models', icon: IconCpu, action: 'model.read' },
      { label: 'Providers', path: '/providers', icon: IconPlugConnected, action: 'provider.read', keys: 'g p' },
    ],
  },
  {
    label: 'Administration',
    places: [
      { label: 'Audit log', path: '/audit', icon: IconShieldCheck, action: 'audit.read', keys: 'g a' },
      { label: 'Users', path: '/users', icon: IconUsers, action: 'user.read', keys: 'g u' },
    ],
  },
];

export const PLACES: readonly Place[] = SECTIONS.flatMap((section) => section.places);
