import { SETTINGS, type Setting } from './settings.js';

const settings = (): Setting<unknown>[] => Object.values(SETTINGS);

/** The text of `.env.example`; a test holds the committed file equal to it. */
export function envExample(): string {
  const blocks = settings().map(
    (each) => `# ${each.about}\n# ${each.rule}; when unset: ${each.shown}\n# ${each.name}=\n`,
  );
  return `# Settings of Tollkeeper. Every one is optional; an empty value counts as unset.\n\n${blocks.join('\n')}`;
}

/** The settings as a Markdown table; a test holds the README's equal to it. */
export function settingsTable(): string {
  const rows = settings().map((each) => `| \`${each.name}\` | ${each.about} | ${each.rule} | ${each.shown} |`);
  return ['| variable | what it sets | rule | when unset |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
