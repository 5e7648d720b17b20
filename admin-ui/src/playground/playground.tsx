import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useMemo, useState } from 'react';
import mark from '../lib/mark.svg';
import { EXAMPLES } from './examples.js';
import { KeyForm } from './key-form.js';
import { memoryStorage } from './memory-storage.js';
import { useSignedIn } from './use-signed-in.js';

const STORAGE = memoryStorage();

function fetcherWith(adminKey: string): ReturnType<typeof createGraphiQLFetcher> {
  const headers: Record<string, string> = { 'apollo-require-preflight': 'true' };
  if (adminKey) headers['X-Admin-Key'] = adminKey;
  return createGraphiQLFetcher({ url: '/graphql', headers });
}

/** GraphiQL on /graphql. The key, the tabs and their variables live in this page's memory only. */
export function Playground() {
  const [adminKey, setAdminKey] = useState('');
  const isSignedIn = useSignedIn();
  // GraphiQL reads the schema again whenever the fetcher changes, so a key that is set fills the documentation.
  const fetcher = useMemo(() => fetcherWith(adminKey), [adminKey]);
  return (
    <div className="playground">
      <header className="bar">
        <a className="brand" href="/">
          <img src={mark} alt="" width="24" height="24" />
          Tollkeeper
        </a>
        <a href="/playground" aria-current="page">
          Playground
        </a>
        <a href="/docs">REST</a>
        {isSignedIn ? (
          <span title="Requests count by your session, unless a key is used.">Signed in</span>
        ) : (
          <a href="/sign-in?return_to=%2Fplayground">Sign in</a>
        )}
        <KeyForm isSet={adminKey !== ''} onUse={setAdminKey} />
      </header>
      <main className="ide">
        <h1 className="hidden-title">GraphQL playground</h1>
        <GraphiQL
          fetcher={fetcher}
          defaultTabs={[...EXAMPLES]}
          defaultEditorToolsVisibility="variables"
          shouldPersistHeaders={false}
          storage={STORAGE}
        >
          <GraphiQL.Logo>
            <span />
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </div>
  );
}
