import { Anchor, Breadcrumbs, Group, Stack, Tabs, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { CopyableId, StatusBadge } from './values.js';

interface PageProps {
  readonly title: string;
  /** One sentence below the title. */
  readonly about?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

const TITLE = (title: string): string => `${title} · Tollkeeper`;

/** A page of the portal: its title, what can be done, and its content. */
export function Page({ title, about, actions, children }: PageProps) {
  useDocumentTitle(TITLE(title));
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          {about && (
            <Text c="dimmed" size="sm" mt={4} maw={720}>
              {about}
            </Text>
          )}
        </div>
        <Group gap="xs">{actions}</Group>
      </Group>
      {children}
    </Stack>
  );
}

export interface DetailTab {
  readonly key: string;
  readonly label: string;
  readonly render: () => ReactNode;
  /** Left out of the tabs when false. */
  readonly isShown?: boolean;
}

/** Tabs of a page, the one that is open kept in the address bar. A single one shows without a list of tabs. */
export function PageTabs({ tabs }: { tabs: readonly DetailTab[] }) {
  const [params, setParams] = useSearchParams();
  const shown = tabs.filter((tab) => tab.isShown !== false);
  const current = shown.find((tab) => tab.key === params.get('tab')) ?? shown[0];
  if (shown.length === 1 && current) return current.render();
  return (
    <Tabs
      value={current?.key ?? null}
      onChange={(key) => setParams(key && key !== shown[0]?.key ? { tab: key } : {}, { replace: true })}
      keepMounted={false}
    >
      <Tabs.List>
        {shown.map((tab) => (
          <Tabs.Tab key={tab.key} value={tab.key}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {shown.map((tab) => (
        <Tabs.Panel key={tab.key} value={tab.key} pt="md">
          {tab.render()}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

interface DetailPageProps {
  readonly parent: { readonly label: string; readonly to: string };
  readonly title: string;
  readonly id: string;
  readonly status?: string;
  /** Beside the status, such as the reason of a suspension. */
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  readonly tabs: readonly DetailTab[];
}

/** The page of one thing: where it belongs, what it is, what can be done with it, and its tabs (kept in the address bar). */
export function DetailPage({ parent, title, id, status, about, actions, tabs }: DetailPageProps) {
  useDocumentTitle(TITLE(title));
  return (
    <Stack gap="md">
      <Breadcrumbs>
        <Anchor component={Link} to={parent.to} size="sm">
          {parent.label}
        </Anchor>
        <Text size="sm" truncate maw={280} lh={1.5}>
          {title}
        </Text>
      </Breadcrumbs>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={6}>
          <Group gap="sm">
            <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {status && <StatusBadge status={status} />}
            <CopyableId id={id} />
          </Group>
          {about && (
            <Text c="dimmed" size="sm" component="div">
              {about}
            </Text>
          )}
        </Stack>
        <Group gap="xs">{actions}</Group>
      </Group>
      <PageTabs tabs={tabs} />
    </Stack>
  );
}
