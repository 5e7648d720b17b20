import { ERRORS } from '../../src/core/errors.js';

const HEAD = `# Errors

Every failure has one code of this list, whichever API it is met in. Codes are stable: branch on them, not on the words.

The job API and the admin REST answer with the HTTP status and
\`{"detail": "...", "code": "<code>", "request_id": "...", ...facts}\`; the APIs of OpenAI and Anthropic in their own
shapes, \`code\` and facts within \`error\`. GraphQL puts the GraphQL code into
\`errors[].extensions.code\`. The last two columns are the types that OpenAI's and Anthropic's SDKs tell apart.

The table is generated from src/core/errors.ts.
`;

/** The text of docs/errors.md; a test holds the committed file equal to it. */
export function errorDocs(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, graphql, openai, anthropic, when }]) =>
      `| \`${code}\` | ${status} | \`${graphql}\` | \`${openai}\` | \`${anthropic}\` | ${when} |`,
  );
  const head = [
    '| code | HTTP | GraphQL | OpenAI type | Anthropic type | when |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  return `${HEAD}\n${[...head, ...rows].join('\n')}\n`;
}
