import { useEffect, useRef, useSyncExternalStore } from 'react';

const PLACE = 'tollkeeper:single-keys';
const SEQUENCE_MS = 1_000;
const listeners = new Set<() => void>();

/** Whether shortcuts of a single key are on; people who dictate or use a screen reader switch them off. */
const areOn = (): boolean => localStorage.getItem(PLACE) !== 'off';

export function switchSingleKeys(on: boolean): void {
  localStorage.setItem(PLACE, on ? 'on' : 'off');
  for (const tell of listeners) tell();
}

export const useSingleKeys = (): boolean =>
  useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, areOn);

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

const isDialogOpen = (): boolean => document.querySelector('[role="dialog"]') !== null;

/**
 * Runs a function at a key (`n`) or at two in a row (`g o`). Keys typed into a field, keys with Ctrl, Alt or Meta, and
 * keys pressed while a dialog is open are left alone.
 */
export function useShortcuts(actions: Readonly<Record<string, (() => void) | undefined>>): void {
  const current = useRef(actions);
  const before = useRef({ key: '', at: 0 });
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!areOn() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isDialogOpen())
        return;
      const key = event.key.toLowerCase();
      const isSequence = event.timeStamp - before.current.at < SEQUENCE_MS;
      const action = (isSequence ? current.current[`${before.current.key} ${key}`] : undefined) ?? current.current[key];
      before.current = { key, at: event.timeStamp };
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
