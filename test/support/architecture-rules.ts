import type { Module } from './source-tree.js';

/** The direction of the product, earliest first. A file imports only from its own place and from places before it. */
const ORDER = [
  'core',
  'config',
  'providers',
  'infra',
  'modules/audit',
  'modules/organizations',
  'modules/users',
  'modules/notifications',
  'modules/groups',
  'modules/teams',
  'modules/projects',
  'modules/catalog',
  'modules/keys',
  'modules/ledger',
  'modules/limits',
  'modules/rates',
  'modules/billing',
  'modules/auth',
  'modules/provisioning',
  'modules/demo',
  'modules/gateway',
  'modules/usage',
  'modules/search',
  'modules/health',
  'modules/rest-admin',
  'app.module',
  'server',
  'worker',
  'cli',
  'main',
] as const;

/** Names that only some places may import, and from which packages they come. */
const RESERVED = [
  {
    what: 'the DataSource',
    from: /^(typeorm|@nestjs\/typeorm)$/,
    name: /^(DataSource|InjectDataSource|getDataSourceToken|InjectRepository|InjectEntityManager)$/,
    places: ['src/infra/database/', 'src/main.ts', 'ormconfig.ts', 'migrations/'],
  },
  {
    what: 'HTTP status codes',
    from: /^@nestjs\/common$/,
    name: /^HttpStatus$|Exception$/,
    places: ['src/infra/http/', 'src/infra/graphql/'],
  },
  { what: 'forwardRef', from: /^@nestjs\/common$/, name: /^forwardRef$/, places: [] },
] as const;

const PROVIDERS_REFUSE = /^(@nestjs\/|typeorm$|pg$|bullmq$|ioredis$|graphql$)/;
const VAGUE = /(^|[-./])(helpers?|utils?|managers?)(?=[-./]|$)/i;
const MAX_LINES = 400;
const MAX_SPEC_LINES = 500;
const MAX_MODULE_FILES = 12;

/** A rule lists its offenders, one readable line each; an empty list means that it is kept. */
export type Rule = (modules: readonly Module[]) => string[];

const isSpec = (path: string): boolean => /\.(spec|e2e-spec)\.ts$/.test(path);
const isProduct = (path: string): boolean => path.startsWith('src/');
const isIn = (path: string, places: readonly string[]): boolean => places.some((place) => path.startsWith(place));

/** Place of a file in ORDER: `core`, `modules/keys`, `main`. */
function placeOf(path: string): string {
  const [top = '', second = ''] = path
    .replace(/^src\//, '')
    .replace(/\.ts$/, '')
    .split('/');
  return top === 'modules' ? `${top}/${second}` : top;
}

const rankOf = (path: string): number => (ORDER as readonly string[]).indexOf(placeOf(path));

/** Imports from one file of src to another of another place. */
function crossings(modules: readonly Module[]): { from: string; to: string }[] {
  return modules
    .filter((module) => isProduct(module.path))
    .flatMap((module) =>
      module.imports.flatMap(({ target }) =>
        target !== null && isProduct(target) && placeOf(target) !== placeOf(module.path)
          ? [{ from: module.path, to: target }]
          : [],
      ),
    );
}

const hasAPlace: Rule = (modules) =>
  modules
    .filter((module) => isProduct(module.path) && rankOf(module.path) < 0)
    .map(({ path }) => `${path}: '${placeOf(path)}' has no place in ORDER`);

const importsToTheLeft: Rule = (modules) =>
  crossings(modules)
    .filter(({ from, to }) => rankOf(to) > rankOf(from))
    .map(({ from, to }) => `${from} must not import ${to}: ${placeOf(to)} comes later`);

const entersThroughTheDoor: Rule = (modules) =>
  crossings(modules)
    .filter(({ to }) => to.startsWith('src/modules/') && !/^src\/modules\/[^/]+\/index\.ts$/.test(to))
    .map(({ from, to }) => `${from} must enter ${placeOf(to)} through its index.ts, not ${to}`);

const coreStandsAlone: Rule = (modules) =>
  crossings(modules)
    .filter(({ from }) => placeOf(from) === 'core')
    .map(({ from, to }) => `${from} must not import ${to}: core imports nothing of ours`);

const providersKnowCoreOnly: Rule = (modules) => [
  ...crossings(modules)
    .filter(({ from, to }) => placeOf(from) === 'providers' && placeOf(to) !== 'core')
    .map(({ from, to }) => `${from} must not import ${to}: providers import core only`),
  ...modules
    .filter((module) => module.path.startsWith('src/providers/'))
    .flatMap((module) =>
      module.imports
        .filter(({ specifier }) => PROVIDERS_REFUSE.test(specifier))
        .map(({ specifier }) => `${module.path} must not import ${specifier}: adapters know no framework or database`),
    ),
];

/** A folder of providers that holds an adapter is a vendor. The simulator is none, and speaks OpenAI's API by its adapter. */
const vendorsKnowNoOther: Rule = (modules) => {
  const folders = modules.flatMap(({ path }) => /^(src\/providers\/[^/]+\/)[^/]+-adapter\.ts$/.exec(path)?.[1] ?? []);
  const vendorOf = (path: string): string | undefined => folders.find((folder) => path.startsWith(folder));
  return modules
    .filter(({ path }) => !isSpec(path) && !path.startsWith('src/providers/simulator/') && vendorOf(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => ![undefined, vendorOf(path)].includes(vendorOf(target ?? '')))
        .map(({ target }) => `${path} must not import ${target}: no vendor knows another`),
    );
};

const reservedNames: Rule = (modules) =>
  modules
    .filter((module) => !module.path.startsWith('test/') && !isSpec(module.path))
    .flatMap((module) =>
      module.names.flatMap(({ name, from }) =>
        RESERVED.filter((rule) => rule.from.test(from) && rule.name.test(name) && !isIn(module.path, rule.places)).map(
          (rule) =>
            `${module.path} must not import ${name}: ${rule.what} belong to ${rule.places.join(', ') || 'nobody'}`,
        ),
      ),
    );

const environmentIsConfigs: Rule = (modules) =>
  modules
    .filter(({ path }) => !isIn(path, ['src/config/', 'test/', 'admin-ui/']) && !isSpec(path))
    .filter(({ text }) => /\bprocess\s*\??\.\s*env\b|\bprocess\[['"]env['"]\]/.test(text))
    .map(({ path }) => `${path} must not read process.env: inject Config`);

const adminUiStandsApart: Rule = (modules) =>
  modules
    .filter(({ path }) => path.startsWith('admin-ui/'))
    .flatMap((module) =>
      module.imports
        .filter(
          ({ specifier, target }) => (target !== null && !target.startsWith('admin-ui/')) || specifier === 'tollkeeper',
        )
        .map(({ specifier }) => `${module.path} must not import ${specifier}: schema.graphql is the contract`),
    );

const plainNames: Rule = (modules) =>
  modules.filter(({ path }) => VAGUE.test(path)).map(({ path }) => `${path}: name it after what it does`);

const sizes: Rule = (modules) =>
  modules
    .filter(({ path }) => !path.startsWith('migrations/') && !path.startsWith('admin-ui/src/gql/'))
    .flatMap(({ path, text }) => {
      const lines = text.trimEnd().split('\n').length;
      const most = isSpec(path) || path.startsWith('test/') ? MAX_SPEC_LINES : MAX_LINES;
      return lines > most ? [`${path} has ${lines} lines, ${most} are the most: split it along its verbs`] : [];
    });

const foldersStaySmall: Rule = (modules) => {
  const counts = new Map<string, number>();
  for (const { path } of modules) {
    const folder = /^(src\/modules\/.+)\/[^/]+$/.exec(path)?.[1];
    if (folder && !isSpec(path)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MAX_MODULE_FILES)
    .map(([folder, count]) => `${folder} has ${count} files, ${MAX_MODULE_FILES} are the most: make subfolders`);
};

/** Depth-first search; an import back into the path walked so far closes a cycle, which is reported once. */
const noCycles: Rule = (modules) => {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (finished.has(path)) return;
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) {
      cycles.push([...trail.slice(seenAt), path].join(' > '));
      return;
    }
    for (const { target } of byPath.get(path)?.imports ?? []) if (target !== null) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const { path } of modules) visit(path, []);
  return cycles;
};

/** The rules of docs/architecture, each under the sentence that it holds. */
export const RULES = {
  'every file of src has a place in the order': hasAPlace,
  'imports point to the left': importsToTheLeft,
  'another module is entered through its index.ts': entersThroughTheDoor,
  'core imports nothing of ours': coreStandsAlone,
  'providers know core only, no framework and no database': providersKnowCoreOnly,
  'no vendor knows another': vendorsKnowNoOther,
  'DataSource, status codes and forwardRef stay where they belong': reservedNames,
  'only config reads the environment': environmentIsConfigs,
  'no import cycles between files, types included': noCycles,
  'admin-ui imports nothing from the server': adminUiStandsApart,
  'no file is named helper, util or manager': plainNames,
  'files stay under their size': sizes,
  'a module folder holds at most 12 files': foldersStaySmall,
} as const satisfies Record<string, Rule>;
