import { useEffect, useState } from 'react';

/** Whether the browser has a session, by which requests without a key count. */
export function useSignedIn(): boolean {
  const [isSignedIn, setSignedIn] = useState(false);
  useEffect(() => {
    const aborter = new AbortController();
    fetch('/auth/session', { signal: aborter.signal })
      .then((response) => response.json() as Promise<{ signed_in?: boolean }>)
      // Without an answer the page offers to sign in, which is where the trouble is told.
      .then(
        (state) => setSignedIn(state.signed_in === true),
        () => undefined,
      );
    return () => aborter.abort();
  }, []);
  return isSignedIn;
}
