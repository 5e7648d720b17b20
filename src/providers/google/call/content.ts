import { parseDataUrl } from '../../data-url.js';
import { unsupported } from '../../errors/unsupported.js';
import { isGiven, listOf, refuseOthers } from '../../fields.js';
import { isObject, stringOf } from '../../json.js';
import type { JsonObject, JsonValue } from '../../spec/json.js';

/** Google wants the media type of a file that it fetches; the end of its name is all that is known of it. */
const TYPES: Readonly<Record<string, string>> = {
  ...{ png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', webp: 'image/webp', gif: 'image/gif' },
  ...{ heic: 'image/heic', heif: 'image/heif', bmp: 'image/bmp', pdf: 'application/pdf', txt: 'text/plain' },
  ...{ md: 'text/markdown', html: 'text/html', csv: 'text/csv', json: 'application/json', xml: 'text/xml' },
  ...{ mp3: 'audio/mp3', wav: 'audio/wav', flac: 'audio/flac', ogg: 'audio/ogg', aac: 'audio/aac' },
  ...{ mp4: 'video/mp4', mpeg: 'video/mpeg', mov: 'video/mov', webm: 'video/webm', m4a: 'audio/m4a' },
};

const AUDIO_FORMATS = ['wav', 'mp3', 'flac', 'ogg', 'aac', 'aiff'];

/** Marks that say nothing to Gemini, which caches by itself. */
const PART_FIELDS = ['type', 'cache_control'];

/** Text or content parts as Gemini's parts. @throws VendorError unsupported */
export function partsOf(content: JsonValue | undefined, path: string): JsonObject[] {
  if (!isGiven(content)) return [];
  if (typeof content === 'string') return [{ text: content }];
  return listOf(content, path).map((part, at) => partOf(part, `${path}[${at}]`));
}

function partOf(part: JsonValue, path: string): JsonObject {
  if (!isObject(part)) throw unsupported(path, 'is not an object');
  const type = stringOf(part['type']) ?? '';
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read === undefined) throw unsupported(`${path}.type`);
  refuseOthers(part, [...PART_FIELDS, type], path);
  return read(part[type], `${path}.${type}`);
}

type Reader = (value: JsonValue | undefined, path: string) => JsonObject;

const READERS: Readonly<Record<string, Reader>> = {
  text: (text, path) => ({ text: textOf(text, path) }),
  refusal: (text, path) => ({ text: textOf(text, path) }),
  image_url: imageOf,
  input_audio: audioOf,
  file: fileOf,
};

function textOf(text: JsonValue | undefined, path: string): string {
  if (typeof text === 'string') return text;
  throw unsupported(path, 'is not a text');
}

/** An image of canonical form: {url, detail}, or its address alone. */
export function imageOf(image: JsonValue | undefined, path: string): JsonObject {
  if (typeof image === 'string') return mediaOf(image, path);
  if (!isObject(image)) throw unsupported(path, 'is not an object');
  refuseOthers(image, ['url', 'detail'], path);
  if (isGiven(image['detail']) && image['detail'] !== 'auto') throw unsupported(`${path}.detail`);
  return mediaOf(textOf(image['url'], `${path}.url`), `${path}.url`);
}

function audioOf(audio: JsonValue | undefined, path: string): JsonObject {
  if (!isObject(audio)) throw unsupported(path, 'is not an object');
  refuseOthers(audio, ['data', 'format'], path);
  const format = stringOf(audio['format']) ?? '';
  if (!AUDIO_FORMATS.includes(format)) throw unsupported(`${path}.format`);
  return { inlineData: { mimeType: `audio/${format}`, data: textOf(audio['data'], `${path}.data`) } };
}

/** The file's name has no place in Gemini's parts, and no meaning to the model. */
function fileOf(file: JsonValue | undefined, path: string): JsonObject {
  if (!isObject(file)) throw unsupported(path, 'is not an object');
  refuseOthers(file, ['file_data', 'file_url', 'filename'], path);
  if (isGiven(file['file_url']) && isGiven(file['file_data']))
    throw unsupported(`${path}.file_url`, "cannot stand beside 'file_data'");
  const place = isGiven(file['file_url']) ? 'file_url' : 'file_data';
  return mediaOf(textOf(file[place], `${path}.${place}`), `${path}.${place}`);
}

/** A data: URL goes inline; an address Google fetches itself. */
function mediaOf(url: string, path: string): JsonObject {
  if (/^data:/i.test(url)) return { inlineData: inlineOf(url, path) };
  if (!/^(https|gs):\/\//i.test(url)) throw unsupported(path, 'is neither a data: URL nor an https or gs address');
  const ending = /\.(\w{1,5})$/.exec(url.replace(/[?#].*$/s, ''))?.[1]?.toLowerCase() ?? '';
  const mimeType = Object.hasOwn(TYPES, ending) ? TYPES[ending] : undefined;
  if (mimeType === undefined) throw unsupported(path, 'does not end in a known file type; send the data itself');
  return { fileData: { mimeType, fileUri: url } };
}

function inlineOf(url: string, path: string): JsonObject {
  const file = parseDataUrl(url);
  if (file === null || !file.isBase64 || !/^[\w.+-]+\/[\w.+-]+$/.test(file.mediaType))
    throw unsupported(path, 'is not a data: URL in base64 with a media type');
  return { mimeType: file.mediaType, data: file.data };
}
