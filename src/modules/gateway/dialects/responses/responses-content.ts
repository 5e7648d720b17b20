import { invalid } from '../../../../core/errors.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { type Field, isAbsent, listAt, nameAt, objectAt, refuseOthers, textAt, wordAt } from './responses-fields.js';

const DETAILS = ['auto', 'low', 'high'] as const;
const MARK = 'cache_control';

/** Whose content it is decides what may stand in it. */
type Speaker = 'user' | 'instructions' | 'assistant' | 'tool';

type PartReader = (part: JsonObject, path: string) => JsonObject;

/** The parts of a content that is a string or an array of parts, as parts of the canonical call. */
export function partsOf(content: Field, path: string, speaker: Speaker): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return listAt(content, path).map((value, index) => partOf(value, `${path}.${index}`, speaker));
}

/** A single text is a string, which every vendor's server knows; null when there is nothing. */
export function plainContent(parts: readonly JsonObject[]): JsonValue {
  const [first] = parts;
  if (!first) return null;
  const isPlain = parts.length === 1 && first['type'] === 'text' && !(MARK in first);
  return isPlain ? (first['text'] as string) : parts;
}

function partOf(value: JsonValue, path: string, speaker: Speaker): JsonObject {
  const part = objectAt(value, path);
  const type = nameAt(part['type'], `${path}.type`);
  const read = PARTS[speaker].get(type);
  if (!read) throw invalid(`${path}.type`, `'${type}' is not supported here`);
  const mark = part[MARK];
  const canonical = read(part, path);
  return isAbsent(mark) ? canonical : { ...canonical, [MARK]: objectAt(mark, `${path}.${MARK}`) };
}

const inputText: PartReader = (part, path) => {
  refuseOthers(part, ['type', 'text', MARK], path);
  return { type: 'text', text: textAt(part['text'], `${path}.text`) };
};

/** Annotations and log probabilities tell of how the text came to be; `parsed` is added by OpenAI's SDK. */
const outputText: PartReader = (part, path) => {
  refuseOthers(part, ['type', 'text', 'annotations', 'logprobs', 'parsed', MARK], path);
  return { type: 'text', text: textAt(part['text'], `${path}.text`) };
};

const refusal: PartReader = (part, path) => {
  refuseOthers(part, ['type', 'refusal', MARK], path);
  return { type: 'refusal', refusal: textAt(part['refusal'], `${path}.refusal`) };
};

const inputImage: PartReader = (part, path) => {
  refuseStored(part, path);
  refuseOthers(part, ['type', 'image_url', 'detail', MARK], path);
  const url = nameAt(part['image_url'], `${path}.image_url`);
  const { detail } = part;
  if (isAbsent(detail)) return { type: 'image_url', image_url: { url } };
  return { type: 'image_url', image_url: { url, detail: wordAt(detail, `${path}.detail`, DETAILS) } };
};

const inputFile: PartReader = (part, path) => {
  refuseStored(part, path);
  refuseOthers(part, ['type', 'file_data', 'file_url', 'filename', MARK], path);
  const { filename } = part;
  const named = isAbsent(filename) ? {} : { filename: textAt(filename, `${path}.filename`) };
  return { type: 'file', file: { ...fileOf(part, path), ...named } };
};

function fileOf(part: JsonObject, path: string): JsonObject {
  if (isAbsent(part['file_url'])) {
    const data = nameAt(part['file_data'], `${path}.file_data`);
    if (!/^data:/i.test(data)) throw invalid(`${path}.file_data`, 'must be a data: URL');
    return { file_data: data };
  }
  if (!isAbsent(part['file_data'])) throw invalid(`${path}.file_url`, 'cannot stand beside file_data');
  const url = nameAt(part['file_url'], `${path}.file_url`);
  if (!/^https?:\/\//i.test(url)) throw invalid(`${path}.file_url`, 'must be an address that begins with https://');
  return { file_url: url };
}

function refuseStored(part: JsonObject, path: string): void {
  if (!isAbsent(part['file_id'])) throw invalid(`${path}.file_id`, 'is not supported: no files are stored here');
}

const MEDIA: readonly (readonly [string, PartReader])[] = [
  ['input_text', inputText],
  ['input_image', inputImage],
  ['input_file', inputFile],
];

const PARTS: Readonly<Record<Speaker, ReadonlyMap<string, PartReader>>> = {
  user: new Map(MEDIA),
  tool: new Map(MEDIA),
  instructions: new Map([['input_text', inputText]]),
  assistant: new Map([
    ['output_text', outputText],
    ['refusal', refusal],
    ['input_text', inputText],
  ]),
};
