import { useDisclosure } from '@mantine/hooks';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';

const NAME = 'new';

/** Whether the dialog that creates something is open: by hand, or by `?new`, which then goes from the address. */
export function useOpenedByUrl(): [boolean, { open: () => void; close: () => void }] {
  const [params, setParams] = useSearchParams();
  const [isOpen, { open, close }] = useDisclosure();
  const isAsked = params.has(NAME);
  useEffect(() => {
    if (!isAsked) return;
    open();
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.delete(NAME);
        return next;
      },
      { replace: true },
    );
  }, [isAsked, open, setParams]);
  return [isOpen, { open, close }];
}
