import { type InputType, listOfVectors } from '../../embeddings.js';
import { unsupported } from '../../errors/unsupported.js';
import { isGiven } from '../../fields.js';
import { arrayOf, isObject } from '../../json.js';
import { type Family, usageOf } from './family.js';

/** Cohere demands to know what texts are for, which OpenAI does not ask: most often they are to be found later. */
const USUAL: InputType = 'search_document';

/** Cohere Embed: many texts a request. From version 4 on it can be asked for a length. */
export const COHERE: Family = Object.freeze<Family>({
  has: (model) => /(^|[^a-z])cohere\.embed-/.test(model),
  bodyOf: ({ texts, dimensions, inputType }, model) => {
    if (isGiven(dimensions) && /-v3\b/.test(model)) throw unsupported('dimensions');
    return {
      texts,
      input_type: inputType ?? USUAL,
      embedding_types: ['float'],
      ...(isGiven(dimensions) && { output_dimension: dimensions }),
    };
  },
  // By type, as asked for, or as a bare list.
  read: ({ embeddings }, headers) => {
    if (embeddings === undefined) return null;
    const vectors = isObject(embeddings) ? embeddings['float'] : embeddings;
    return listOfVectors(arrayOf(vectors), usageOf(undefined, headers));
  },
});
