import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { moneyIsExact } from './scripts/lint/money-is-exact.mjs';

const TYPED = ['**/*.ts', '**/*.tsx'];
const SPECS = [
  '**/*.spec.{ts,tsx}',
  '**/*.e2e-spec.ts',
  'test/**/*.ts',
  'admin-ui/e2e/**/*.ts',
  'admin-ui/test/**/*.tsx',
];
const FUNCTION = ':function:not(MethodDefinition[kind="constructor"] > FunctionExpression)';

/** Globals of Node's own scripts; the compiler knows those of TypeScript files. */
const NODE_GLOBALS = [
  'AbortController',
  'AbortSignal',
  'Buffer',
  'TextDecoder',
  'URL',
  'clearInterval',
  'clearTimeout',
  'console',
  'fetch',
  'performance',
  'process',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'structuredClone',
];

const ENVIRONMENT = 'Only src/config reads the environment; inject Config.';

const sizes = {
  'max-lines': ['error', { max: 400 }],
  'max-lines-per-function': ['error', { max: 60 }],
  'max-depth': ['error', 3],
  'max-nested-callbacks': ['error', 3],
  complexity: ['error', 15],
  // In place of max-params, which cannot tell a constructor: those take up to 6 injected dependencies.
  'no-restricted-syntax': [
    'error',
    { selector: `${FUNCTION}[params.length>4]`, message: 'At most 4 parameters (3 after ctx).' },
    {
      selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>6]',
      message: 'At most 6 dependencies.',
    },
  ],
};

const bugs = {
  eqeqeq: 'error',
  'no-console': 'error',
  'no-restricted-properties': ['error', { object: 'process', property: 'env', message: ENVIRONMENT }],
  'no-restricted-imports': ['error', ...['process', 'node:process'].map((name) => ({ name, message: ENVIRONMENT }))],
};

const typed = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-explicit-any': 'error',
  // Leaves files with decorators alone, since emitDecoratorMetadata is on: injected classes stay value imports.
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-non-null-assertion': 'off',
  // Money is a branded bigint, which this rule does not see as a number.
  '@typescript-eslint/no-unsafe-unary-minus': 'off',
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  'tollkeeper/money-is-exact': 'error',
};

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', 'coverage/', '.data/', 'admin-ui/src/gql/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { rules: { ...bugs, ...sizes } },
  {
    files: TYPED,
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { tollkeeper: { rules: { 'money-is-exact': moneyIsExact } } },
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.spec.json', './admin-ui/tsconfig.json', './tsconfig.e2e.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: typed,
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])) },
  },
  {
    files: ['src/config/**', 'scripts/**', 'test/**', '*.config.mjs'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
  {
    files: ['scripts/**', 'test/**', 'src/main.ts', 'src/worker.ts', 'src/**/banner.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: SPECS,
    rules: {
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': 'off',
      'max-nested-callbacks': ['error', 5],
      // Answers of the product are read as parsed JSON, which has no type.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['admin-ui/test/*.{mjs,cjs}'],
    languageOptions: { globals: { window: 'readonly', document: 'readonly', Element: 'readonly', module: 'writable' } },
  },
  { files: ['admin-ui/e2e/**'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['migrations/**'], rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' } },
  // One parameter for each column of the error table.
  { files: ['src/core/errors.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
