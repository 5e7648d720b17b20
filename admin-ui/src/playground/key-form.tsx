import { type ChangeEvent, type FormEvent, useState } from 'react';

interface KeyFormProps {
  readonly isSet: boolean;
  readonly onUse: (adminKey: string) => void;
}

/** Takes the admin key. It is sent with each request, never stored, and gone when the page is left. */
export function KeyForm({ isSet, onUse }: KeyFormProps) {
  const [typed, setTyped] = useState('');
  const use = (event: FormEvent): void => {
    event.preventDefault();
    onUse(typed.trim());
  };
  const forget = (): void => {
    setTyped('');
    onUse('');
  };
  return (
    <form className="key-form" onSubmit={use} autoComplete="off">
      <label htmlFor="admin-key">X-Admin-Key</label>
      <input
        id="admin-key"
        type="password"
        autoComplete="off"
        spellCheck={false}
        placeholder="kept in memory only"
        value={typed}
        onChange={(event: ChangeEvent<HTMLInputElement>) => setTyped(event.target.value)}
      />
      <button type="submit" disabled={typed.trim() === ''}>
        Use key
      </button>
      {isSet && (
        <button type="button" onClick={forget}>
          Forget
        </button>
      )}
      <span role="status" className="hidden-title">
        {isSet ? 'Requests carry the admin key.' : 'Requests carry no key.'}
      </span>
    </form>
  );
}
