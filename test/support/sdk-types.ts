import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** An interface in the declarations of a package; `file` is below the package's folder. */
export interface SdkType {
  readonly packageName: string;
  readonly file: string;
  readonly name: string;
}

/** Names of the properties of an SDK's interface, those that it inherits within its file included. */
export function propertiesOf(type: SdkType): string[] {
  const path = join('node_modules', type.packageName, type.file);
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found: ts.InterfaceDeclaration[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) && node.name.text === type.name) found.push(node);
    ts.forEachChild(node, look);
  };
  look(source);
  const [declared] = found;
  if (!declared || found.length > 1) throw new Error(`${path} declares ${type.name} ${found.length} times`);
  const inherited = (declared.heritageClauses ?? []).flatMap(({ types }) =>
    types.flatMap(({ expression }) => propertiesOf({ ...type, name: expression.getText(source) })),
  );
  const own = declared.members.flatMap(({ name }) => (name && ts.isIdentifier(name) ? [name.text] : []));
  if (own.length < declared.members.length) throw new Error(`${path}: ${type.name} has a member without a plain name`);
  return [...inherited, ...own];
}
