/** A stand-in for Microsoft Entra ID to try the sign-in with: `npm run dev:idp [-- <port> [<public URL>]]`. */
import { startEntra } from '../test/support/entra/entra.mjs';

const [port = '8004', PUBLIC_URL = 'http://127.0.0.1:8003'] = process.argv.slice(2);
const uuid = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Somebody for each way in: by app role, by group, by more groups than a token holds, and not at all. */
const people = [
  { oid: uuid(1), name: 'Olivia Owner', email: 'olivia@example.com', roles: ['Tollkeeper.Owner'] },
  { oid: uuid(2), name: 'Adam Admin', email: 'adam@example.com', roles: ['Tollkeeper.Admin'] },
  { oid: uuid(3), name: 'Audrey Auditor', email: 'audrey@example.com', roles: ['Tollkeeper.Auditor'] },
  { oid: uuid(4), name: 'Greta Group', email: 'greta@example.com', groups: [uuid(900)] },
  {
    oid: uuid(5),
    name: 'Manfred Many',
    email: 'manfred@example.com',
    groups: Array.from({ length: 250 }, (_, at) => uuid(900 + at)),
  },
  { oid: uuid(6), name: 'Nora Nobody', email: 'nora@example.com' },
];

const entra = await startEntra({ people, port: Number(port) }).catch((error) => {
  console.error(`The stand-in cannot start: ${error.message}`);
  process.exit(1);
});
const settings = Object.entries({ PUBLIC_URL, ...entra.env }).map(([name, value]) => `${name}=${value}`);
console.log(`A stand-in for Microsoft Entra ID is at ${entra.authority}. Start Tollkeeper with these settings:\n`);
console.log(`${settings.join('\n')}\n`);
console.log(`Group ${uuid(900)} is Greta's; map it to a role to let her in. Ctrl-C stops it.`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void entra.close().then(() => process.exit(0)));
