import { DEMO } from './demo-catalog.js';

/** Two commands to paste into a shell: a job in one call, and what it cost. */
export function quickExample(url: string, key: string): string {
  const body = JSON.stringify({
    team_id: DEMO.teamId,
    job_type: 'document_analysis',
    model: DEMO.alias,
    messages: [{ role: 'user', content: 'Analyze this document: revenue grew by 12 percent.' }],
  });
  return [
    `curl -sS ${url}/api/jobs/create-and-call \\`,
    `  -H 'Authorization: Bearer ${key}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '${body}'`,
  ].join('\n');
}
