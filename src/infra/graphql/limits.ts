import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

const tooMuch = (what: string, limit: number): GraphQLError =>
  new GraphQLError(`The operation has more than ${limit} ${what}`, { extensions: { code: 'INVALID_REQUEST' } });

/**
 * Refuses operations nested deeper than the limit; fragments count where they are spread, and a cycle of them is
 * endlessly deep. Introspection has limits of its own in graphql-js.
 */
export function depthLimit(limit: number): ValidationRule {
  return (context: ValidationContext): ASTVisitor => {
    const depthOf = depthIn(context);
    return {
      OperationDefinition(node) {
        if (depthOf(node.selectionSet) > limit) context.reportError(tooMuch('levels of nesting', limit));
        return undefined;
      },
    };
  };
}

/** Each fragment is measured once: fragments that spread others many times would else take exponential time. */
function depthIn(context: ValidationContext): (selections: SelectionSetNode | undefined) => number {
  const known = new Map<string, number>();
  const ofFragment = (name: string): number => {
    const depth = known.get(name);
    if (depth !== undefined) return depth;
    known.set(name, Number.POSITIVE_INFINITY); // Found again while it is being measured, it is in a cycle.
    const measured = depthOf(context.getFragment(name)?.selectionSet);
    known.set(name, measured);
    return measured;
  };
  const ofSelection = (node: SelectionNode): number => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return ofFragment(node.name.value);
    if (node.kind === Kind.INLINE_FRAGMENT) return depthOf(node.selectionSet);
    return node.name.value.startsWith('__') ? 0 : 1 + depthOf(node.selectionSet);
  };
  const depthOf = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce((deepest, node) => Math.max(deepest, ofSelection(node)), 0);
  return depthOf;
}

/** Refuses documents with more aliases than the limit: the cheapest way to multiply work. */
export function aliasLimit(limit: number): ValidationRule {
  return (context: ValidationContext): ASTVisitor => {
    let count = 0;
    return {
      Field(node) {
        if (node.alias && ++count === limit + 1) context.reportError(tooMuch('aliases', limit));
      },
    };
  };
}

/** Refuses documents with more fields than the limit, however often fragments repeat them; `first` has no say in it. */
export function fieldLimit(limit: number): ValidationRule {
  return (context: ValidationContext): ASTVisitor => {
    let count = 0;
    return {
      Field() {
        if (++count === limit + 1) context.reportError(tooMuch('fields', limit));
      },
    };
  };
}
