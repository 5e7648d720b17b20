import { useMutation } from '@apollo/client/react';
import { type ReactNode, useState } from 'react';
import { RevokeKeyDocument } from '../../gql/key-actions.js';
import { ConfirmByTyping } from '../confirm-by-typing.js';
import { FirstCall } from '../first-call.js';
import { notifyDone } from '../notify.js';
import { SecretReveal } from '../secret-reveal.js';
import { CreateKey, type Issued, type TeamOfKey } from './create-key.js';
import { RotateKey } from './rotate-key.js';
import { text } from './text.js';

export interface KeyOfDialog {
  readonly id: string;
  readonly name: string;
  readonly lastFour: string;
}

type Step =
  | { readonly at: 'create'; readonly team: TeamOfKey }
  | { readonly at: 'rotate'; readonly key: KeyOfDialog }
  | { readonly at: 'revoke'; readonly key: KeyOfDialog }
  | { readonly at: 'issued'; readonly issued: Issued };

export interface KeyDialogs {
  readonly create: (team: TeamOfKey) => void;
  readonly rotate: (key: KeyOfDialog) => void;
  readonly revoke: (key: KeyOfDialog) => void;
  /** Shows a key that was just made. */
  readonly issued: (issued: Issued) => void;
  /** The dialog that is open; belongs on the page. */
  readonly dialog: ReactNode;
}

function RevokeKey({ keyOf, onClose }: { keyOf: KeyOfDialog; onClose: () => void }) {
  const [revoke] = useMutation(RevokeKeyDocument, { refetchQueries: 'active' });
  const { id, name, lastFour } = keyOf;
  return (
    <ConfirmByTyping
      title={text.revokeTitle(name)}
      message={text.revokeMessage(lastFour)}
      phrase={id}
      confirmLabel={text.revokeLabel}
      onConfirm={async () => {
        await revoke({ variables: { id } });
        notifyDone(text.revokedDone(name));
      }}
      onClose={onClose}
    />
  );
}

function IssuedKey({ issued, onDone }: { issued: Issued; onDone: () => void }) {
  const { key, token } = issued;
  const { team } = key;
  return (
    <SecretReveal title={text.issuedTitle(key.name)} secret={token} onDone={onDone}>
      {team && <FirstCall token={token} teamId={team.id} alias={team.defaultAlias ?? team.allowedAliases[0] ?? null} />}
    </SecretReveal>
  );
}

/** The dialogs that make, rotate and revoke keys. What is made is shown once, after its dialog has closed. */
export function useKeyDialogs(): KeyDialogs {
  const [step, setStep] = useState<Step | null>(null);
  /** A form closes itself after its success; the key that it made stays open then. */
  const closeForm = (): void => setStep((now) => (now?.at === 'issued' ? now : null));
  const showIssued = (issued: Issued): void => setStep({ at: 'issued', issued });
  const dialogOf = (now: Step): ReactNode => {
    switch (now.at) {
      case 'create':
        return <CreateKey team={now.team} onIssued={showIssued} onClose={closeForm} />;
      case 'rotate':
        return <RotateKey {...now.key} onIssued={showIssued} onClose={closeForm} />;
      case 'revoke':
        return <RevokeKey keyOf={now.key} onClose={closeForm} />;
      case 'issued':
        return (
          <IssuedKey
            issued={now.issued}
            onDone={() => {
              setStep(null);
              notifyDone(text.issuedDone(now.issued.key.name));
            }}
          />
        );
    }
  };
  return {
    create: (team) => setStep({ at: 'create', team }),
    rotate: (key) => setStep({ at: 'rotate', key }),
    revoke: (key) => setStep({ at: 'revoke', key }),
    issued: showIssued,
    dialog: step && dialogOf(step),
  };
}
