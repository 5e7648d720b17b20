import type { INestApplicationContext } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import {
  RESOLVER_NAME_METADATA,
  RESOLVER_PROPERTY_METADATA,
  RESOLVER_TYPE_METADATA,
} from '@nestjs/graphql/dist/graphql.constants.js';
import { ACCESS, type AccessRule } from '../../src/infra/access/index.js';

/** As Nest's RequestMethod numbers them. */
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL', 'OPTIONS', 'HEAD', 'SEARCH'];

const paths = (of: string | string[] | undefined): string[] => (of === undefined ? [''] : [of].flat());
const join = (base: string, path: string): string =>
  `/${[base, path]
    .flatMap((each) => each.split('/'))
    .filter(Boolean)
    .join('/')}`.replace(/:(\w+)/g, '{$1}');

/**
 * The access rule of every handler by its public name: `Query.teams`, `Team.keys`, `GET /api/teams/{id}`, as Nest itself
 * finds them.
 */
export function rulesOf(app: INestApplicationContext): Map<string, AccessRule> {
  const discovery = new DiscoveryService(app.get(ModulesContainer));
  const scanner = new MetadataScanner();
  const rules = new Map<string, AccessRule>();
  for (const { metatype } of [...discovery.getProviders(), ...discovery.getControllers()]) {
    if (typeof metatype !== 'function' || !metatype.prototype) continue;
    const prototype = metatype.prototype as Record<string, object>;
    for (const method of scanner.getAllMethodNames(prototype)) {
      const of = <T>(key: string): T | undefined => Reflect.getMetadata(key, prototype[method]!) as T | undefined;
      const rule = of<AccessRule>(ACCESS);
      if (!rule) continue;
      for (const name of namesOf(metatype, method, of)) rules.set(name, rule);
    }
  }
  return rules;
}

function namesOf(metatype: object, method: string, of: <T>(key: string) => T | undefined): string[] {
  const name = of<string>(RESOLVER_NAME_METADATA) ?? method;
  if (of<boolean>(RESOLVER_PROPERTY_METADATA)) {
    const type = Reflect.getMetadata(RESOLVER_TYPE_METADATA, metatype) as string | undefined;
    const parent = (Reflect.getMetadata(RESOLVER_NAME_METADATA, metatype) as string | undefined) ?? type;
    return [`${String(parent)}.${name}`];
  }
  const root = of<string>(RESOLVER_TYPE_METADATA);
  if (root !== undefined) return [`${root}.${name}`];
  const own = of<string | string[]>(PATH_METADATA);
  if (own === undefined) return [];
  const verb = METHODS[of<number>(METHOD_METADATA)!]!;
  const bases = paths(Reflect.getMetadata(PATH_METADATA, metatype) as string | string[] | undefined);
  return bases.flatMap((base) => paths(own).map((path) => `${verb} ${join(base, path)}`));
}
