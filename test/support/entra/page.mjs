const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const rolesOf = ({ roles, groups }) => [...roles, groups.length > 0 && `${groups.length} groups`].filter(Boolean);

/** The page on which a tester chooses whom to be. */
export function peoplePage(people) {
  const buttons = people.map(
    (person) => `<button name="person" value="${escaped(person.id)}"><b>${escaped(person.name)}</b>
      <span>${escaped(person.email)}</span><span>${escaped(rolesOf(person).join(', ') || 'no roles')}</span></button>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pick an account (stand-in)</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body { font: 16px system-ui, sans-serif; max-width: 26rem; margin: 10vh auto; padding: 0 1rem; color: #1b1a19; }
form { display: grid; gap: .5rem; }
button { font: inherit; display: grid; text-align: left; padding: .75rem 1rem; border: 1px solid #8a8886;
  border-radius: 4px; background: #fff; color: inherit; cursor: pointer; }
button:hover { background: #f3f2f1; }
span { color: #605e5c; }
</style></head><body><main><h1>Pick an account</h1>
<p>A stand-in for Microsoft Entra ID. Nobody is asked for a password.</p>
<form method="post">${buttons.join('\n')}<button name="cancel" value="yes">Cancel</button></form>
</main></body></html>`;
}
