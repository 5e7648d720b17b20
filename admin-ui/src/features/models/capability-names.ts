import { text } from './text.js';

/** Capabilities as people read them, in a row. */
export const capabilityNames = (capabilities: readonly string[]): string =>
  capabilities.length === 0
    ? text.capabilitiesNone
    : capabilities.map((each) => text.capabilityNames[each] ?? each).join(', ');
