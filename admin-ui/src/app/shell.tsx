import { ActionIcon, Anchor, AppShell, Box, Burger, Button, Group, Kbd, NavLink, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { IconHelp, IconSearch } from '@tabler/icons-react';
import { useEffect } from 'react';
import { Link, Outlet, useLocation, useNavigate } from 'react-router';
import mark from '../lib/mark.svg';
import { useSession } from '../lib/session.js';
import { useShortcuts } from '../lib/shortcuts.js';
import { AccountMenu } from './account-menu.js';
import { PLACES, SECTIONS } from './navigation.js';
import { Palette } from './palette.js';
import { ShortcutsHelp } from './shortcuts-help.js';
import { text } from './text.js';

const ICON = 18;
const isAt = (path: string, place: string): boolean =>
  place === '/' ? path === '/' : path === place || path.startsWith(`${place}/`);

function Navigation() {
  const { may } = useSession();
  const { pathname } = useLocation();
  return SECTIONS.map((section) => {
    const places = section.places.filter(({ action }) => may(action));
    if (places.length === 0) return null;
    return (
      <Box key={section.label} mb="xs">
        {section.label && (
          <Text size="xs" fw={600} c="dimmed" px="sm" pt="xs" pb={4}>
            {section.label}
          </Text>
        )}
        {places.map(({ label, path, icon: PlaceIcon }) => (
          <NavLink
            key={path}
            component={Link}
            to={path}
            label={label}
            leftSection={<PlaceIcon size={ICON} stroke={1.7} />}
            active={isAt(pathname, path)}
            aria-current={isAt(pathname, path) ? 'page' : undefined}
            className="nav-link"
          />
        ))}
      </Box>
    );
  });
}

const Brand = () => (
  <Anchor component={Link} to="/" underline="never" c="var(--mantine-color-text)">
    <Group gap={10} wrap="nowrap">
      <img src={mark} alt="" width={28} height={28} />
      <Text fw={700} fz="md" component="span">
        {text.brand}
      </Text>
    </Group>
  </Anchor>
);

/** Search, help and the account, at the right of the bar. */
const Tools = ({ onHelp }: { onHelp: () => void }) => (
  <Group gap="xs" wrap="nowrap">
    <Button
      variant="default"
      visibleFrom="sm"
      leftSection={<IconSearch size={16} />}
      rightSection={<Kbd size="xs">{text.searchKeys}</Kbd>}
      onClick={spotlight.open}
      fw={500}
    >
      {text.search}
    </Button>
    <ActionIcon variant="default" size={34} hiddenFrom="sm" aria-label={text.search} onClick={spotlight.open}>
      <IconSearch size={ICON} />
    </ActionIcon>
    <Tooltip label={text.shortcuts}>
      <ActionIcon variant="default" size={34} aria-label={text.shortcuts} onClick={onHelp}>
        <IconHelp size={ICON} />
      </ActionIcon>
    </Tooltip>
    <AccountMenu />
  </Group>
);

/** What surrounds every page: bar, navigation, palette and shortcuts. */
export function Shell() {
  const { may } = useSession();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [isOpen, { close, toggle }] = useDisclosure();
  const [isHelp, help] = useDisclosure();
  useEffect(close, [pathname, close]);
  const go = PLACES.filter(({ keys, action }) => keys && may(action)).map(
    ({ keys, path }) => [keys!, () => void navigate(path)] as const,
  );
  useShortcuts({ ...Object.fromEntries(go), '?': help.open });
  const navbar = { width: 232, breakpoint: 'sm', collapsed: { mobile: !isOpen } };
  const burger = { opened: isOpen, onClick: toggle, 'aria-label': text.toggleNavigation, 'aria-expanded': isOpen };
  return (
    <AppShell header={{ height: 56 }} navbar={navbar} padding={{ base: 'sm', sm: 'lg' }}>
      <a href="#content" className="skip-link">
        {text.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger {...burger} hiddenFrom="sm" size="sm" />
            <Brand />
          </Group>
          <Tools onHelp={help.open} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="nav" aria-label={text.navigation} style={{ overflowY: 'auto' }}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Box maw={1440} mx="auto">
          <Outlet />
        </Box>
      </AppShell.Main>
      <Palette />
      {isHelp && <ShortcutsHelp onClose={help.close} />}
    </AppShell>
  );
}
