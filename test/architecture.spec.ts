import { describe, expect, it } from '@jest/globals';
import { RULES } from './support/architecture-rules.js';
import { readTree, resolveImports } from './support/source-tree.js';

const PLACES = ['src', 'migrations', 'test', 'admin-ui/src', 'ormconfig.ts'];

type RuleName = keyof typeof RULES;
const NAMES = Object.keys(RULES) as RuleName[];

/** Offenders in an invented tree: path > text. */
const offenders = (rule: RuleName, tree: Record<string, string>): string[] =>
  RULES[rule](resolveImports(Object.entries(tree).map(([path, text]) => ({ path, text }))));

describe('the tree keeps the architecture:', () => {
  const modules = resolveImports(readTree('.', PLACES));

  it('it was found', () => {
    expect(modules.map((module) => module.path)).toContain('src/core/ctx.ts');
    expect(modules.find((module) => module.path === 'src/core/ctx.ts')?.imports).toContainEqual({
      specifier: './action.js',
      target: 'src/core/action.ts',
    });
  });

  it.each(NAMES)('%s', (name) => {
    expect(RULES[name](modules)).toEqual([]);
  });
});

/** For each rule, a tree that breaks it and what the rule then says: a check that cannot fail proves nothing. */
const BROKEN: Record<RuleName, { tree: Record<string, string>; says: string[] }> = {
  'every file of src has a place in the order': {
    tree: { 'src/shared/thing.ts': '', 'src/modules/misc/index.ts': '', 'src/core/id.ts': '' },
    says: ["src/shared/thing.ts: 'shared' has no place", "src/modules/misc/index.ts: 'modules/misc' has no place"],
  },
  'imports point to the left': {
    tree: {
      'src/modules/teams/index.ts': "import type { Key } from '../keys/index.js';",
      'src/modules/keys/index.ts': "import { Team } from '../teams/index.js';",
      'src/infra/http/index.ts': "const main = await import('../../main.js');",
      'src/main.ts': "export { Team } from './modules/teams/index.js';",
    },
    says: [
      'src/modules/teams/index.ts must not import src/modules/keys/index.ts',
      'src/infra/http/index.ts must not import src/main.ts',
    ],
  },
  'another module is entered through its index.ts': {
    tree: {
      'src/modules/keys/keys.service.ts': "import { Team } from '../teams/team.entity.js';\nimport './key.entity.js';",
      'src/modules/keys/key.entity.ts': '',
      'src/modules/teams/team.entity.ts': '',
      'src/app.module.ts': "import { KeysModule } from './modules/keys/keys.module.js';",
    },
    says: ['src/modules/keys/keys.service.ts must enter modules/teams', 'src/app.module.ts must enter modules/keys'],
  },
  'core imports nothing of ours': {
    tree: { 'src/core/ctx.ts': "import type { Config } from '../config/index.js';", 'src/config/index.ts': '' },
    says: ['src/core/ctx.ts must not import src/config/index.ts'],
  },
  'providers know core only, no framework and no database': {
    tree: {
      'src/providers/a.ts':
        "import { Config } from '../config/index.js';\nimport { Injectable } from '@nestjs/common';",
      'src/providers/b.ts': "import { invalid } from '../core/errors.js';",
    },
    says: [
      'src/providers/a.ts must not import src/config/index.js',
      'src/providers/a.ts must not import @nestjs/common',
    ],
  },
  'no vendor knows another': {
    tree: {
      'src/providers/index.ts': "import './bedrock/bedrock-adapter.js';",
      'src/providers/bedrock/bedrock-adapter.ts': "import '../claude/models.js';\nimport './tools.js';",
      'src/providers/bedrock/tools.ts': "import { toolsOf } from '../anthropic/tools.js';",
      'src/providers/anthropic/anthropic-adapter.ts': '',
      'src/providers/anthropic/tools.ts': '',
      'src/providers/claude/models.ts': '',
    },
    says: ['src/providers/bedrock/tools.ts must not import src/providers/anthropic/tools.ts'],
  },
  'DataSource, status codes and forwardRef stay where they belong': {
    tree: {
      'src/modules/keys/a.ts': "import { Column, type DataSource } from 'typeorm';",
      'src/modules/keys/b.ts': "import {\n  HttpStatus,\n  NotFoundException as Gone,\n} from '@nestjs/common';",
      'src/modules/keys/c.ts': "import { forwardRef } from '@nestjs/common';",
      'src/infra/database/d.ts': "import { DataSource } from 'typeorm';",
      'src/infra/http/e.ts': "import { HttpException } from '@nestjs/common';",
    },
    says: [
      'keys/a.ts must not import DataSource',
      'keys/b.ts must not import HttpStatus',
      'b.ts must not import NotFound',
      'c.ts must not import forwardRef',
    ],
  },
  'only config reads the environment': {
    tree: { 'src/infra/redis.ts': 'const url = process.env.REDIS_URL;', 'src/config/config.ts': 'process.env' },
    says: ['src/infra/redis.ts must not read process.env'],
  },
  'no import cycles between files, types included': {
    tree: {
      'src/core/a.ts': "import './b.js';",
      'src/core/b.ts': "import './c.js';",
      'src/core/c.ts': "import type { A } from './a.js';",
      'src/core/d.ts': "import './a.js';",
    },
    says: ['src/core/a.ts > src/core/b.ts > src/core/c.ts > src/core/a.ts'],
  },
  'admin-ui imports nothing from the server': {
    tree: {
      'admin-ui/src/a.ts': "import { ACTIONS } from '../../src/core/action.js';\nimport './b.js';",
      'admin-ui/src/b.ts': '',
    },
    says: ['admin-ui/src/a.ts must not import ../../src/core/action.js'],
  },
  'no file is named helper, util or manager': {
    tree: { 'src/core/date-helpers.ts': '', 'src/infra/utils/x.ts': '', 'src/core/credit-utilization.ts': '' },
    says: ['src/core/date-helpers.ts', 'src/infra/utils/x.ts'],
  },
  'files stay under their size': {
    tree: {
      'src/core/a.ts': 'x\n'.repeat(401),
      'src/core/b.spec.ts': 'x\n'.repeat(500),
      'src/core/c.ts': 'x\n'.repeat(400),
    },
    says: ['src/core/a.ts has 401 lines'],
  },
  'a module folder holds at most 12 files': {
    tree: Object.fromEntries(Array.from({ length: 13 }, (_, number) => [`src/modules/keys/${number}.ts`, ''])),
    says: ['src/modules/keys has 13 files'],
  },
};

describe('a tree that breaks it is caught:', () => {
  it.each(NAMES)('%s', (name) => {
    const found = offenders(name, BROKEN[name].tree);
    expect(found).toEqual(BROKEN[name].says.map((part) => expect.stringContaining(part)));
  });
});
