import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLSchema,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../core/page.js';

/** How long a list is taken to be that has no page size, such as the teams of an organization. */
const UNPAGED_LIST = 10;

interface Asked {
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, GraphQLField<unknown, unknown>>>;

/** The most fields that an operation, which is valid, can give: each once for every row of the pages it stands in. */
export function costOf(asked: Asked, operation: OperationDefinitionNode): number {
  const fragments = new Map<string, number>();
  const ofFragment = (name: string): number => {
    const known = fragments.get(name);
    if (known !== undefined) return known;
    const found = asked.document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name,
    );
    const cost =
      found?.kind === Kind.FRAGMENT_DEFINITION ? ofSet(found.selectionSet, found.typeCondition.name.value) : 0;
    fragments.set(name, cost); // Once each: fragments that spread others many times would else take exponential time.
    return cost;
  };
  const ofField = (node: FieldNode, fields: Fields): number => {
    const field = fields[node.name.value];
    if (!field || !node.selectionSet) return 1;
    return 1 + rowsOf(node, field, asked.variables) * ofSet(node.selectionSet, getNamedType(field.type).name);
  };
  const ofSet = (set: SelectionSetNode, typeName: string): number => {
    const type = asked.schema.getType(typeName);
    const fields = isObjectType(type) ? type.getFields() : {};
    return set.selections.reduce((sum, node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return sum + ofFragment(node.name.value);
      if (node.kind === Kind.FIELD) return sum + ofField(node, fields);
      return sum + ofSet(node.selectionSet, node.typeCondition?.name.value ?? typeName);
    }, 0);
  };
  return ofSet(operation.selectionSet, asked.schema.getRootType(operation.operation)?.name ?? '');
}

/** How many times what stands below a field is given. The items of a page are counted by the page. */
function rowsOf(node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Asked['variables']): number {
  if (field.args.some((arg) => arg.name === 'first')) return pageSizeOf(node, variables);
  const isList = isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type));
  return isList && field.name !== 'items' ? UNPAGED_LIST : 1;
}

/** As asked for; what is left out or nonsense, and refused later, counts as the default. */
function pageSizeOf(node: FieldNode, variables: Asked['variables']): number {
  const value = node.arguments?.find((argument) => argument.name.value === 'first')?.value;
  const given =
    value?.kind === Kind.VARIABLE ? variables[value.name.value] : value?.kind === Kind.INT ? Number(value.value) : null;
  if (typeof given !== 'number' || !(given >= 1)) return DEFAULT_PAGE_SIZE;
  return Math.min(given, MAX_PAGE_SIZE);
}
