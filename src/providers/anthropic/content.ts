import { isUtf8 } from 'node:buffer';
import { type DataUrl, parseDataUrl } from '../data-url.js';
import { unsupported } from '../errors/unsupported.js';
import { cacheControlOf, isGiven, mustBeObject, mustBeString, refuseOthers } from '../fields.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

/** Media types of images that the API takes. */
const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** Text, images and files as blocks of Anthropic's. Text without a character is left out: the API refuses it. */
export function blocksOf(content: JsonValue | undefined, at: string): JsonObject[] {
  return eachPart(content, at, (part, path) => {
    const { type } = part;
    if (type === 'image_url') return [imageBlock(part, path)];
    if (type === 'file') return [documentBlock(part, path)];
    return textBlock(part, path);
  });
}

/** The same where only text may stand: the system prompt, and what the assistant said. */
export const textBlocksOf = (content: JsonValue | undefined, at: string): JsonObject[] =>
  eachPart(content, at, textBlock);

/** `cache_control` of a part or a tool, as a piece of the block that it marks. */
export function cacheMark(object: JsonObject, at: string): JsonObject {
  const cache = cacheControlOf(object['cache_control'], `${at}.cache_control`);
  return cache === null ? {} : { cache_control: { type: 'ephemeral', ...cache } };
}

function eachPart(
  content: JsonValue | undefined,
  at: string,
  translate: (part: JsonObject, path: string) => JsonObject[],
): JsonObject[] {
  if (!isGiven(content)) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw unsupported(at, 'must be a string or a list of parts');
  return (content as JsonValue[]).flatMap((part, index) => {
    const path = `${at}[${index}]`;
    return translate(mustBeObject(part, path), path);
  });
}

function textBlock(part: JsonObject, path: string): JsonObject[] {
  const name = part['type'] === 'refusal' ? 'refusal' : 'text';
  if (part['type'] !== name) throw unsupported(typeof part['type'] === 'string' ? `${path}.${part['type']}` : path);
  refuseOthers(part, ['type', name, 'cache_control'], path);
  const text = mustBeString(part[name], `${path}.${name}`);
  return text === '' ? [] : [{ type: 'text', text, ...cacheMark(part, path) }];
}

function imageBlock(part: JsonObject, path: string): JsonObject {
  refuseOthers(part, ['type', 'image_url', 'cache_control'], path);
  const field = `${path}.image_url`;
  const image = mustBeObject(part['image_url'], field);
  refuseOthers(image, ['url', 'detail'], field);
  if (isGiven(image['detail']) && image['detail'] !== 'auto') throw unsupported(`${field}.detail`);
  return {
    type: 'image',
    source: imageSource(mustBeString(image['url'], `${field}.url`), field),
    ...cacheMark(part, path),
  };
}

function imageSource(url: string, field: string): JsonObject {
  if (/^https:\/\//i.test(url)) return { type: 'url', url };
  const file = parseDataUrl(url);
  if (file === null) throw unsupported(`${field}.url`, 'must be an https: or a data: URL');
  const mediaType = file.mediaType === 'image/jpg' ? 'image/jpeg' : file.mediaType;
  if (!file.isBase64 || !IMAGE_TYPES.includes(mediaType))
    throw unsupported(`${field}.url`, 'must be a JPEG, PNG, GIF or WebP image in base64');
  return { type: 'base64', media_type: mediaType, data: file.data };
}

function documentBlock(part: JsonObject, path: string): JsonObject {
  refuseOthers(part, ['type', 'file', 'cache_control'], path);
  const field = `${path}.file`;
  const file = mustBeObject(part['file'], field);
  refuseOthers(file, ['file_data', 'file_url', 'filename'], field);
  const title = isGiven(file['filename']) ? { title: mustBeString(file['filename'], `${field}.filename`) } : {};
  const source = isGiven(file['file_url']) ? addressed(file, field) : documentSource(file, `${field}.file_data`);
  return { type: 'document', source, ...title, ...cacheMark(part, path) };
}

function addressed({ file_url: url, file_data: data }: JsonObject, field: string): JsonObject {
  if (isGiven(data)) throw unsupported(`${field}.file_url`, "cannot stand beside 'file_data'");
  if (typeof url === 'string' && /^https:\/\//i.test(url)) return { type: 'url', url };
  throw unsupported(`${field}.file_url`, 'must be an https: URL');
}

function documentSource({ file_data: url }: JsonObject, field: string): JsonObject {
  const file = parseDataUrl(mustBeString(url, field));
  if (file?.mediaType === 'application/pdf' && file.isBase64)
    return { type: 'base64', media_type: 'application/pdf', data: file.data };
  const text = file?.mediaType === 'text/plain' ? decoded(file) : null;
  if (text === null) throw unsupported(field, 'must be a data: URL of a PDF in base64 or of plain text in UTF-8');
  return { type: 'text', media_type: 'text/plain', data: text };
}

/** Null when the text is not what it says to be. */
function decoded(file: DataUrl): string | null {
  if (file.charset !== null && !['utf-8', 'utf8', 'us-ascii'].includes(file.charset)) return null;
  if (file.isBase64) {
    const bytes = Buffer.from(file.data, 'base64');
    return isUtf8(bytes) ? bytes.toString('utf8') : null;
  }
  try {
    return decodeURIComponent(file.data);
  } catch (cause) {
    if (cause instanceof URIError) return null;
    throw cause;
  }
}
