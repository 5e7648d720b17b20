import { type ASTVisitor, GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';

const tooMuch = (what: string, limit: number): GraphQLError =>
  new GraphQLError(`The operation has more than ${limit} ${what}`, { extensions: { code: 'INVALID_REQUEST' } });

/** Refuses operations nested deeper than the limit; fragments count where they are spread, so cycles end here too. */
export function depthLimit(limit: number): ValidationRule {
  return (context: ValidationContext): ASTVisitor => {
    let depth = 0;
    return {
      Field: {
        enter(node) {
          if (node.name.value.startsWith('__')) return false;
          depth += 1;
          if (depth > limit) context.reportError(tooMuch('levels of nesting', limit));
          return depth > limit ? false : undefined;
        },
        leave() {
          depth -= 1;
        },
      },
      FragmentSpread(node) {
        const fragment = context.getFragment(node.name.value);
        if (fragment && depth + fragmentDepth(context, node.name.value, limit) > limit)
          context.reportError(tooMuch('levels of nesting', limit));
      },
    };
  };
}

function fragmentDepth(context: ValidationContext, name: string, budget: number): number {
  if (budget < 0) return Number.POSITIVE_INFINITY;
  let deepest = 0;
  const walk = (selections: readonly unknown[], depth: number): void => {
    for (const selection of selections as { kind: string; name?: { value: string }; selectionSet?: never }[]) {
      const inner = (selection as { selectionSet?: { selections: readonly unknown[] } }).selectionSet?.selections;
      if (selection.kind === 'FragmentSpread')
        deepest = Math.max(deepest, depth + fragmentDepth(context, selection.name!.value, budget - depth - 1));
      else if (inner && depth <= budget) walk(inner, selection.kind === 'Field' ? depth + 1 : depth);
      else deepest = Math.max(deepest, depth + 1);
    }
  };
  walk(context.getFragment(name)?.selectionSet.selections ?? [], 0);
  return deepest;
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
