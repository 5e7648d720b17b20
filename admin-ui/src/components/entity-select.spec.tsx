import { describe, expect, it, jest } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { answer, show } from '../../test/render.js';
import { AliasChoicesDocument, TeamChoiceDocument, TeamChoicesDocument } from '../gql/entity-select.js';
import type { EntityKind } from './entity-choices.js';
import { EntityMultiSelect, EntitySelect } from './entity-select.js';

const TEAMS = ['Blue', 'Green', 'Red'].map((name) => ({
  __typename: 'Team',
  id: name.toLowerCase(),
  name,
  organizationId: 'acme',
}));

const asked: Record<string, unknown>[] = [];
const found = answer(TeamChoicesDocument, (variables) => {
  asked.push(variables);
  const search = ((variables.search as string | null) ?? '').toLowerCase();
  return {
    teams: { __typename: 'TeamPage', items: TEAMS.filter(({ id }) => id.includes(search)) },
  };
});
const one = answer(TeamChoiceDocument, ({ id }) => ({ team: TEAMS.find((team) => team.id === id) }));

function Single({
  initial,
  kind = 'team',
  onChange,
}: {
  initial: string | null;
  kind?: EntityKind;
  onChange?: jest.Mock;
}) {
  const [value, setValue] = useState(initial);
  const change = (id: string | null): void => {
    setValue(id);
    onChange?.(id);
  };
  return <EntitySelect kind={kind} label="Team" organizationId="acme" value={value} onChange={change} />;
}

const box = (): HTMLInputElement => screen.getByRole('combobox', { name: 'Team' });

describe('EntitySelect', () => {
  it('asks the server for what is typed, and nothing before somebody opens it', async () => {
    show(<Single initial={null} />, { answers: [found] });
    expect(asked).toEqual([]);
    await userEvent.click(box());
    expect(await screen.findAllByRole('option')).toHaveLength(3);
    await userEvent.type(box(), 're');
    await waitFor(() => expect(screen.queryByRole('option', { name: /Blue/ })).toBeNull());
    expect(screen.getByRole('option', { name: /Green/ })).toBeTruthy();
    await waitFor(() => expect(asked.at(-1)).toEqual({ search: 're', organizationId: 'acme' }));
  });

  it('is chosen from by keyboard, and then shows the title', async () => {
    const onChange = jest.fn();
    show(<Single initial={null} onChange={onChange} />, { answers: [found] });
    await userEvent.click(box());
    await screen.findAllByRole('option');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    expect(onChange).toHaveBeenCalledWith('green');
    expect(box().value).toBe('Green');
  });

  it('shows the title of what was chosen before', async () => {
    show(<Single initial="red" />, { answers: [found, one] });
    await waitFor(() => expect(box().value).toBe('Red'));
  });

  it('goes by the id when the server does not tell the title', async () => {
    const refuse = jest.fn(() => ({ errors: [{ message: "Team 'gone' not found" }] }));
    show(<Single initial="gone" />, { answers: [found, { ...one, result: refuse }] });
    await waitFor(() => expect(refuse).toHaveBeenCalled());
    await userEvent.click(box());
    await screen.findAllByRole('option');
    expect(box().value).toBe('gone');
  });

  it('chooses aliases by the name that clients send', async () => {
    const onChange = jest.fn();
    const aliases = [{ __typename: 'Alias', id: 'als_1', name: 'chat', displayName: 'Chat' }];
    const answers = [answer(AliasChoicesDocument, { aliases: { __typename: 'AliasPage', items: aliases } })];
    show(<Single initial={null} kind="alias_name" onChange={onChange} />, { answers });
    await userEvent.click(box());
    await userEvent.click(await screen.findByRole('option', { name: /chat/ }));
    expect(onChange).toHaveBeenCalledWith('chat');
  });
});

describe('EntityMultiSelect', () => {
  function Several() {
    const [value, setValue] = useState(['red']);
    return <EntityMultiSelect kind="team" label="Team" value={value} onChange={setValue} />;
  }

  it('keeps what is chosen while another search runs', async () => {
    show(<Several />, { answers: [found, one] });
    expect(await screen.findByText('Red')).toBeTruthy();
    await userEvent.type(box(), 'blu');
    await userEvent.click(await screen.findByRole('option', { name: /Blue/ }));
    await userEvent.type(box(), 'gree');
    expect(await screen.findByRole('option', { name: /Green/ })).toBeTruthy();
    expect(screen.getByText('Red')).toBeTruthy();
    expect(screen.getByText('Blue')).toBeTruthy();
  });
});
