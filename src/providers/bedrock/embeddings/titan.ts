import { listOfVectors } from '../../embeddings.js';
import { unsupported } from '../../errors/unsupported.js';
import { isGiven } from '../../fields.js';
import { type Family, usageOf } from './family.js';

/** Amazon Titan Text Embeddings, which take one text a request. Only version 2 can be asked for a length. */
export const TITAN: Family = Object.freeze<Family>({
  has: (model) => /(^|[^a-z])amazon\.titan-embed-(text|g1-text)-/.test(model),
  bodyOf: ({ texts, dimensions, inputType }, model) => {
    if (texts.length > 1) throw unsupported('input', 'can only be one text a call for this model');
    if (inputType !== null) throw unsupported('input_type');
    if (isGiven(dimensions) && !/-text-v2/.test(model)) throw unsupported('dimensions');
    return { inputText: texts[0], ...(isGiven(dimensions) && { dimensions }) };
  },
  read: ({ embedding, inputTextTokenCount: counted }, headers) =>
    embedding === undefined ? null : listOfVectors([embedding], usageOf(counted, headers)),
});
