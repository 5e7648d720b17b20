import { DefaultNamingStrategy } from 'typeorm';

/** Columns are named in snake_case in the database and in camelCase in code. */
export class SnakeCase extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined): string {
    return custom ?? property.replace(/[A-Z]/g, (part) => `_${part.toLowerCase()}`);
  }
}
