import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import 'mantine-datatable/styles.css';
import './app/portal.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { makeRouter } from './app/router.js';
import { readSessionInfo } from './app/session-info.js';
import { SignInCard } from './app/sign-in.js';
import { text } from './app/text.js';
import { cssVariables, theme } from './app/theme.js';
import { ErrorState } from './components/states.js';

/** The content policy lets styles in only with the nonce of this very document. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
setNonce(nonce);

async function content() {
  try {
    return <RouterProvider router={makeRouter(await readSessionInfo())} />;
  } catch (error) {
    return (
      <SignInCard title={text.unreachable}>
        <ErrorState error={error} onRetry={() => location.reload()} />
      </SignInCard>
    );
  }
}

createRoot(document.getElementById('root')!).render(
  <MantineProvider
    theme={theme}
    cssVariablesResolver={cssVariables}
    defaultColorScheme="auto"
    getStyleNonce={() => nonce}
  >
    <Notifications position="bottom-right" limit={4} />
    {await content()}
  </MantineProvider>,
);
