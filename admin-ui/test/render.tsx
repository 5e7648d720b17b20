import type { DocumentNode } from '@apollo/client';
import type { MockLink } from '@apollo/client/testing';
import { MockedProvider } from '@apollo/client/testing/react';
import { MantineProvider } from '@mantine/core';
import { configure, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { SessionProvider, type Viewer } from '../src/lib/session.js';

/** A machine that runs other things besides is slower than the one second that is waited by default. */
configure({ asyncUtilTimeout: 5_000 });

/** An answer of the server for every call of an operation, whatever its variables. */
export function answer(query: DocumentNode, data: object | ((variables: Record<string, unknown>) => object)) {
  const result = (variables: Record<string, unknown>) => ({
    data: (typeof data === 'function' ? data(variables) : data) as Record<string, unknown>,
  });
  return { request: { query, variables: () => true }, result, maxUsageCount: Number.POSITIVE_INFINITY };
}

interface Scene {
  /** Rights that the viewer holds. */
  readonly actions?: readonly string[];
  readonly answers?: readonly MockLink.MockedResponse[];
  readonly path?: string;
}

const VIEWER: Viewer = {
  kind: 'USER',
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  userId: 'user_1',
  actions: [],
  platformRole: null,
  organizationId: null,
  version: '0.0.0',
  memberships: [],
  session: null,
};

/** Shows an element as it would stand in the portal, for a viewer with the given rights. */
export function show(element: ReactNode, { actions = [], answers = [], path = '/' }: Scene = {}) {
  const router = createMemoryRouter([{ path: '*', element }], { initialEntries: [path] });
  render(
    <MockedProvider mocks={answers}>
      <MantineProvider env="test">
        <SessionProvider viewer={{ ...VIEWER, actions: [...actions] }}>
          <RouterProvider router={router} />
        </SessionProvider>
      </MantineProvider>
    </MockedProvider>,
  );
  return router;
}
