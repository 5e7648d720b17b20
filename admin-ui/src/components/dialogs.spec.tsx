import { describe, expect, it, jest } from '@jest/globals';
import { TextInput } from '@mantine/core';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { show } from '../../test/render.js';
import { RestFailure } from '../lib/failure.js';
import { ConfirmByTyping } from './confirm-by-typing.js';
import { FormDialog } from './form-dialog.js';
import { SecretReveal } from './secret-reveal.js';

const button = (name: string): HTMLButtonElement => screen.getByRole('button', { name });

function nameDialog(onSubmit: (values: { name: string }) => Promise<unknown>, onClose = jest.fn()) {
  show(
    <FormDialog title="Rename" submitLabel="Save" initial={{ name: '' }} onSubmit={onSubmit} onClose={onClose}>
      {(form) => <TextInput label="Name" {...form.getInputProps('name')} />}
    </FormDialog>,
  );
  return onClose;
}

describe('FormDialog', () => {
  it('sends what was typed and closes', async () => {
    const onSubmit = jest.fn(async (_values: { name: string }) => undefined);
    const onClose = nameDialog(onSubmit);
    await userEvent.type(screen.getByLabelText('Name'), 'Blue');
    await userEvent.click(button('Save'));
    expect(onSubmit).toHaveBeenCalledWith({ name: 'Blue' });
    await waitFor(() => expect(onClose).toHaveBeenCalled());
  });

  it('stays when the server refuses, with the reason at the field and what was typed', async () => {
    const problems = [{ field: 'input.name', message: 'is taken' }];
    const refusal = new RestFailure({ code: 'CONFLICT', message: 'name: is taken', problems, requestId: null });
    const onClose = nameDialog(() => Promise.reject(refusal));
    await userEvent.type(screen.getByLabelText('Name'), 'Blue');
    await userEvent.click(button('Save'));
    expect(await screen.findByText('is taken')).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('Blue');
    expect(onClose).not.toHaveBeenCalled();
  });

  it('finds a field within a list by the end of the path that the server names', async () => {
    const problems = [{ field: 'input.prices.tiers.1.prices.input', message: 'must not be below zero' }];
    const failure = { code: 'INVALID_REQUEST', message: 'Refused', problems, requestId: null };
    const initial = { input: '1', tiers: [{ prices: { input: '2' } }, { prices: { input: '3' } }] };
    const onSubmit = () => Promise.reject(new RestFailure(failure));
    show(
      <FormDialog title="Prices" submitLabel="Save" initial={initial} onSubmit={onSubmit} onClose={jest.fn()}>
        {(form) =>
          ['input', 'tiers.0.prices.input', 'tiers.1.prices.input'].map((path) => (
            <TextInput key={path} label={path} {...form.getInputProps(path)} />
          ))
        }
      </FormDialog>,
    );
    await userEvent.click(button('Save'));
    await screen.findByText('must not be below zero');
    const invalid = screen.getAllByRole('textbox', { description: 'must not be below zero' });
    expect(invalid).toEqual([screen.getByLabelText('tiers.1.prices.input')]);
  });

  it('says above the form what belongs to no field', async () => {
    const failure = { code: 'CONFLICT', message: 'Organization has active teams', problems: [], requestId: null };
    nameDialog(() => Promise.reject(new RestFailure(failure)));
    await userEvent.click(button('Save'));
    expect((await screen.findByRole('alert')).textContent).toContain('Organization has active teams');
  });
});

describe('ConfirmByTyping', () => {
  it('does nothing until exactly the id is typed', async () => {
    const onConfirm = jest.fn(async () => undefined);
    const onClose = jest.fn();
    const words = { title: 'Delete', message: 'It goes.', phrase: 'acme-corp', confirmLabel: 'Delete it' };
    show(<ConfirmByTyping {...words} onConfirm={onConfirm} onClose={onClose} />);
    const box = screen.getByRole('textbox');
    await userEvent.type(box, 'acme-cor');
    await userEvent.click(button('Delete it'));
    expect(onConfirm).not.toHaveBeenCalled();
    await userEvent.type(box, 'p');
    await userEvent.click(button('Delete it'));
    expect(onConfirm).toHaveBeenCalledTimes(1);
  });
});

describe('SecretReveal', () => {
  it('cannot be closed before somebody says that the secret is stored', async () => {
    const onDone = jest.fn();
    show(<SecretReveal title="Key" secret="sk-1" onDone={onDone} />);
    expect(screen.getByTestId('secret').textContent).toBe('sk-1');
    expect(button('Done').disabled).toBe(true);
    await userEvent.keyboard('{Escape}');
    expect(screen.getByTestId('secret')).toBeTruthy();
    await userEvent.click(screen.getByRole('checkbox'));
    await userEvent.click(button('Done'));
    expect(onDone).toHaveBeenCalledTimes(1);
  });
});
