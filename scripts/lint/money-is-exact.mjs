const MONEY = new Set(['NanoUsd', 'MicroCredits']);
const TO_NUMBER = new Set(['Number', 'parseFloat', 'parseInt']);

/** Refuses Number(), parseFloat() and parseInt() on the money types of src/core/money.ts. */
export const moneyIsExact = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { inexact: 'Money never passes through a JavaScript number; use formatUsd or formatCredits.' },
  },
  create(context) {
    const { parserServices } = context.sourceCode;
    return {
      CallExpression(node) {
        const [argument] = node.arguments;
        if (!argument || node.callee.type !== 'Identifier' || !TO_NUMBER.has(node.callee.name)) return;
        const name = parserServices.getTypeAtLocation(argument).aliasSymbol?.name;
        if (MONEY.has(name)) context.report({ node, messageId: 'inexact' });
      },
    };
  },
};
