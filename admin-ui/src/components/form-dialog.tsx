import { Alert, Button, Group, Modal, type ModalProps, Stack } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import { failureOf } from '../lib/failure.js';
import { text } from './text.js';

type FieldPath<Values> = (keyof Values & string) | `${keyof Values & string}.${string}`;

export interface FormDialogProps<Values extends object> {
  readonly title: string;
  readonly onClose: () => void;
  readonly initial: Values;
  /** Problems found before anything is sent, by field, or by the path of a field within one. */
  readonly validate?: (values: Values) => Partial<Record<FieldPath<Values>, string | null>>;
  readonly submitLabel: string;
  /** Rejects when the server refuses; the form then stays as it is, with the reason at the field. */
  readonly onSubmit: (values: Values) => Promise<unknown>;
  readonly children: (form: UseFormReturnType<Values>) => ReactNode;
  readonly danger?: boolean;
  readonly size?: ModalProps['size'];
}

const has = (value: unknown, [name, ...rest]: readonly string[]): boolean =>
  name === undefined ||
  (typeof value === 'object' && value !== null && name in value && has((value as Record<string, unknown>)[name], rest));

/** The server names fields by paths such as `input.prices.tiers.0.prices.input`: the longest end that the form has. */
function fieldIn(values: object, path: string): string | null {
  const names = path.split('.');
  const ends = names.map((_, at) => names.slice(at));
  return ends.find((end) => has(values, end))?.join('.') ?? null;
}

/** A dialog with one form. It closes when the server has accepted, and keeps what was typed when it has not. */
export function FormDialog<Values extends object>(props: FormDialogProps<Values>) {
  const { title, onClose, initial, validate, submitLabel, onSubmit, children, danger = false, size = 'md' } = props;
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm<Values>({
    initialValues: initial,
    validate: (values) => validate?.(values) ?? {},
    validateInputOnBlur: true,
  });
  const submit = async (values: Values): Promise<void> => {
    setRefusal(null);
    setBusy(true);
    try {
      await onSubmit(values);
      onClose();
    } catch (error) {
      const failure = failureOf(error);
      const own = failure.problems.flatMap(({ field, message }) => {
        const path = fieldIn(values, field);
        return path === null ? [] : [{ path, message }];
      });
      for (const { path, message } of own) form.setFieldError(path, message);
      if (own.length === 0) setRefusal(failure.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={isBusy ? () => undefined : onClose} title={title} size={size} centered>
      <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
        <Stack>
          {refusal && (
            <Alert color="red" role="alert">
              {refusal}
            </Alert>
          )}
          {children(form)}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose} disabled={isBusy}>
              {text.cancel}
            </Button>
            <Button type="submit" color={danger ? 'red' : undefined} loading={isBusy}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
