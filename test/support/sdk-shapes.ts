import { join } from 'node:path';
import ts from 'typescript';
import type { SdkType } from './sdk-types.js';

/** A parameter's objects, by the words that tell them apart; one without a word has the key ''. */
export interface Shape {
  /** The parameter is a list of such objects. */
  readonly isList: boolean;
  readonly variants: ReadonlyMap<string, Fields>;
}

/** The fields of an object, by their names. */
export type Fields = ReadonlyMap<string, FieldShape>;

export interface FieldShape {
  readonly isRequired: boolean;
  /** The value that it has to have, as a discriminator has; null for other fields. */
  readonly literal: string | null;
  /** Null for what holds no further names: texts, numbers, and objects of the client's own making. */
  readonly shape: Shape | null;
}

/** What tells the objects of a union apart. */
const DISCRIMINATORS = ['type', 'role'] as const;

const programs = new Map<string, ts.Program>();

/** The shape of an SDK's interface, as its type checker sees it. */
export function shapeOf(type: SdkType): Fields {
  const path = join('node_modules', type.packageName, type.file);
  const program = programs.get(path) ?? ts.createProgram([path], OPTIONS);
  programs.set(path, program);
  const source = program.getSourceFile(path);
  const found: ts.InterfaceDeclaration[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) && node.name.text === type.name) found.push(node);
    ts.forEachChild(node, look);
  };
  if (source) look(source);
  if (found.length !== 1) throw new Error(`${path} declares ${type.name} ${found.length} times`);
  const checker = program.getTypeChecker();
  return new Reader(checker).fields([checker.getTypeAtLocation(found[0]!)], []);
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: [],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  module: ts.ModuleKind.NodeNext,
};

class Reader {
  constructor(private readonly checker: ts.TypeChecker) {}

  /** The fields of objects that one word stands for: of all of them, and required where all of them require it. */
  fields(types: readonly ts.Type[], within: readonly ts.Type[]): Fields {
    const fields = new Map<string, FieldShape>();
    const names = new Set(types.flatMap((each) => each.getProperties().map(({ name }) => name)));
    for (const name of names) {
      const symbols = types.flatMap((each) => each.getProperty(name) ?? []);
      const parts = symbols.flatMap((each) => this.parts(this.checker.getTypeOfSymbol(each)));
      const literals = literalsOf(parts);
      // Several words for one sort of object are of one meaning; several roles are not.
      const isDiscriminator = literals.length === 1 || (literals.length > 0 && name === 'type');
      const isOptional = symbols.some(({ flags }) => (flags & ts.SymbolFlags.Optional) !== 0);
      fields.set(name, {
        isRequired: symbols.length === types.length && !isOptional,
        literal: isDiscriminator ? literals[0]! : null,
        shape: this.shape(parts, [...within, ...types]),
      });
    }
    return fields;
  }

  private shape(parts: readonly ts.Type[], within: readonly ts.Type[]): Shape | null {
    const elements = parts.flatMap((each) => this.elementsOf(each));
    const isList = elements.some(isPlainObject);
    const objects = (isList ? elements : parts).filter((each) => isPlainObject(each) && !within.includes(each));
    if (objects.length === 0) return null;
    const byWord = new Map<string, ts.Type[]>();
    for (const each of objects) byWord.set(this.wordOf(each), [...(byWord.get(this.wordOf(each)) ?? []), each]);
    const isAlone = byWord.size === 1;
    const variants = [...byWord].map(([word, types]) => [isAlone ? '' : word, this.fields(types, within)] as const);
    return variants.every(([, fields]) => fields.size === 0) ? null : { isList, variants: new Map(variants) };
  }

  /** The members of a union that say something. */
  private parts(type: ts.Type): readonly ts.Type[] {
    const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Null;
    return (type.isUnion() ? type.types : [type]).filter(({ flags }) => (flags & nothing) === 0);
  }

  private elementsOf(type: ts.Type): readonly ts.Type[] {
    if (!this.checker.isArrayType(type)) return [];
    return this.checker.getTypeArguments(type as ts.TypeReference).flatMap((each) => this.parts(each));
  }

  private wordOf(type: ts.Type): string {
    for (const name of DISCRIMINATORS) {
      const symbol = type.getProperty(name);
      const [literal, ...more] = symbol ? literalsOf(this.parts(this.checker.getTypeOfSymbol(symbol))) : [];
      if (literal !== undefined && (name === 'type' || more.length === 0)) return literal;
    }
    return 'other';
  }
}

/** The words of a union of nothing else, each once. */
function literalsOf(parts: readonly ts.Type[]): readonly string[] {
  const words = parts.flatMap((each) => (each.isStringLiteral() ? [each.value] : []));
  return words.length === parts.length ? [...new Set(words)] : [];
}

const isPlainObject = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.Object) !== 0 &&
  type.getCallSignatures().length === 0 &&
  type.symbol?.name !== 'Array' &&
  type.getProperties().length > 0;
