import { ActionIcon, Divider, NavLink, Popover, Select, Stack, Text, useMantineColorScheme } from '@mantine/core';
import {
  IconApi,
  IconCheck,
  IconDeviceDesktop,
  IconKey,
  IconLogout,
  IconMoon,
  IconPlayerPlay,
  IconSun,
  IconUser,
} from '@tabler/icons-react';
import { notifyFailed } from '../components/notify.js';
import { chooseOrganization } from '../lib/chosen-organization.js';
import { postJson } from '../lib/requests.js';
import { useSession } from '../lib/session.js';
import { text } from './text.js';

const ICON = 16;

async function signOut(): Promise<void> {
  const { redirect_to: elsewhere } = await postJson<{ redirect_to: string | null }>('/auth/sign-out');
  location.assign(elsewhere ?? '/sign-in');
}

const SCHEMES = [
  { value: 'light', label: text.light, icon: IconSun },
  { value: 'dark', label: text.dark, icon: IconMoon },
  { value: 'auto', label: text.auto, icon: IconDeviceDesktop },
] as const;

function ColourSchemes() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return SCHEMES.map(({ value, label, icon: SchemeIcon }) => (
    <NavLink
      key={value}
      component="button"
      className="nav-link"
      label={label}
      leftSection={<SchemeIcon size={ICON} />}
      rightSection={colorScheme === value && <IconCheck size={ICON} />}
      aria-pressed={colorScheme === value}
      onClick={() => setColorScheme(value)}
    />
  ));
}

/** For members of several organizations: the one in whose name they work. */
function OrganizationChoice() {
  const { viewer } = useSession();
  if (viewer.memberships.length < 2) return null;
  return (
    <Select
      px="sm"
      pb="xs"
      size="xs"
      label={text.organization}
      allowDeselect={false}
      comboboxProps={{ withinPortal: false }}
      data={viewer.memberships.map((each) => ({ value: each.organizationId, label: each.name }))}
      value={viewer.organizationId}
      onChange={(id) => {
        chooseOrganization(id);
        location.assign('/');
      }}
    />
  );
}

const Heading = ({ children }: { children: string }) => (
  <Text size="xs" fw={600} c="dimmed" px="sm" pt="xs">
    {children}
  </Text>
);

/** Who is signed in, for which organization, the colour scheme, and the way out. */
export function AccountMenu() {
  const { viewer } = useSession();
  const isMaster = viewer.kind === 'MASTER_KEY';
  return (
    <Popover position="bottom-end" width={270} trapFocus returnFocus offset={12}>
      <Popover.Target>
        <ActionIcon variant="light" radius="xl" size={34} aria-label={text.account}>
          {isMaster ? <IconKey size={18} /> : <IconUser size={18} />}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={4} aria-label={text.account}>
        <Stack gap={2} px="sm" py="xs">
          <Text size="sm" fw={600}>
            {isMaster ? text.masterKey : viewer.name}
          </Text>
          <Text size="xs" c="dimmed">
            {isMaster ? text.masterKeyAbout : viewer.email}
          </Text>
        </Stack>
        <OrganizationChoice />
        <Divider />
        <Heading>{text.scheme}</Heading>
        <ColourSchemes />
        <Divider my={4} />
        <Heading>{text.tools}</Heading>
        <NavLink
          className="nav-link"
          href="/playground"
          label={text.playground}
          leftSection={<IconPlayerPlay size={ICON} />}
        />
        <NavLink className="nav-link" href="/docs" label={text.restReference} leftSection={<IconApi size={ICON} />} />
        <Divider my={4} />
        <NavLink
          component="button"
          className="nav-link"
          label={text.signOut}
          leftSection={<IconLogout size={ICON} />}
          onClick={() => void signOut().catch(notifyFailed)}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
