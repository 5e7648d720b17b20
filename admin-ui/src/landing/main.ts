import '../lib/theme.css';
import './landing.css';
import { askReadiness } from './readiness.js';

const POLL_MS = 10_000;
const COPIED_MS = 2_000;

const element = (id: string): HTMLElement => document.getElementById(id)!;

function exampleCommand(origin: string): string {
  return [
    `curl ${origin}/api/jobs/create-and-call \\`,
    `  -H 'Authorization: Bearer <key of a team>' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{`,
    `    "job_type": "greeting",`,
    `    "model": "<alias>",`,
    `    "messages": [{ "role": "user", "content": "Good morning!" }]`,
    `  }'`,
  ].join('\n');
}

async function showReadiness(): Promise<void> {
  if (document.hidden) return;
  const { state, text } = await askReadiness();
  const status = element('status');
  status.dataset.state = state;
  // A screen reader announces every write, so an unchanged text is not written again.
  if (status.textContent !== text) status.textContent = text;
}

async function copyCommand(): Promise<void> {
  const copied = await write(element('command').textContent);
  element('copy').textContent = copied ? 'Copied' : 'Select and copy by hand';
  setTimeout(() => (element('copy').textContent = 'Copy'), COPIED_MS);
}

/** False where the browser refuses, as it does on plain http to another host. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(element('command'));
    return false;
  }
}

element('command').textContent = exampleCommand(location.origin);
element('copy').addEventListener('click', () => void copyCommand());
document.addEventListener('visibilitychange', () => void showReadiness());
setInterval(() => void showReadiness(), POLL_MS);
void showReadiness();
