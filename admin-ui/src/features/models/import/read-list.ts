import { text } from './text.js';

/** As the server bounds a request, with room for what goes along with the list. */
const MOST_BYTES = 500_000;

/** A list as it was pasted, or what is wrong with it before anything is sent. What it says is for the server to check. */
export function readList(typed: string): { list: Record<string, unknown> } | { problem: string } {
  if (typed.trim() === '') return { problem: text.listMissing };
  if (new Blob([typed]).size > MOST_BYTES) return { problem: text.listTooLong };
  try {
    const list: unknown = JSON.parse(typed);
    if (typeof list !== 'object' || list === null || Array.isArray(list)) return { problem: text.listShape };
    return { list: list as Record<string, unknown> };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: text.listSyntax(error.message) };
    throw error;
  }
}
