import { type DataUrl, parseDataUrl } from '../data-url.js';
import { unsupported } from '../errors/unsupported.js';
import { cacheControlOf, isGiven, refuseOthers } from '../fields.js';
import { objectOf, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

export type PartType = 'text' | 'refusal' | 'image_url' | 'file' | 'input_audio';

const IMAGES: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpeg'],
  ['image/jpg', 'jpeg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
]);
const DOCUMENTS: ReadonlyMap<string, string> = new Map([
  ['application/pdf', 'pdf'],
  ['text/csv', 'csv'],
  ['application/msword', 'doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['text/html', 'html'],
  ['text/plain', 'txt'],
  ['text/markdown', 'md'],
]);
/** Of Converse's AudioFormat. */
const SOUNDS = ['wav', 'mp3', 'opus', 'aac', 'flac', 'mp4', 'ogg', 'mkv', 'mka', 'x-aac', 'm4a', 'mpeg', 'mpga', 'pcm'];
const MAX_NAME_CHARS = 180;

/** Content parts as blocks of Converse. One per call, since no two documents of it may have the same name. */
export class ContentParts {
  private readonly names = new Set<string>();

  /** Blocks of a message's content, cache points included. Converse refuses blank text, so it gives no block. */
  blocks(content: JsonValue | undefined, allowed: readonly PartType[]): readonly JsonObject[] {
    if (!isGiven(content)) return [];
    if (typeof content === 'string') return textBlocks(content);
    if (!Array.isArray(content)) throw unsupported('messages.content');
    return (content as readonly JsonValue[]).flatMap((part) => this.part(objectOf(part), allowed));
  }

  private part(part: JsonObject, allowed: readonly PartType[]): readonly JsonObject[] {
    const type = stringOf(part['type']) ?? 'type';
    const known = allowed.find((each) => each === type);
    if (known === undefined) throw unsupported(`messages.content.${type}`);
    refuseOthers(part, ['type', type, 'cache_control'], 'messages.content');
    const blocks = this.blocksOf(known, part[type]);
    return blocks.length === 0
      ? []
      : [...blocks, ...cachePointOf(part['cache_control'], 'messages.content.cache_control')];
  }

  private blocksOf(type: PartType, value: JsonValue | undefined): readonly JsonObject[] {
    if (type === 'image_url') return [image(objectOf(value))];
    if (type === 'file') return [this.document(objectOf(value))];
    if (type === 'input_audio') return [audio(objectOf(value))];
    return textBlocks(stringOf(value) ?? '');
  }

  private document(file: JsonObject): JsonObject {
    refuseOthers(file, ['file_data', 'filename'], 'messages.content.file');
    const data = base64In(file['file_data']);
    if (data === null) throw unsupported('messages.content.file.file_data', 'must be a data: URL in base64');
    const filename = stringOf(file['filename']) ?? '';
    const extension = /\.([a-z]{2,4})$/i.exec(filename)?.[1]?.toLowerCase() ?? '';
    const format = DOCUMENTS.get(data.mediaType) ?? [...DOCUMENTS.values()].find((each) => each === extension);
    if (format === undefined) throw unsupported('messages.content.file', 'is of a type that this model does not read');
    return { document: { format, name: this.nameOf(filename), source: { bytes: data.data } } };
  }

  /** Converse allows letters, digits, single spaces, hyphens, parentheses and square brackets. */
  private nameOf(filename: string): string {
    const clean = filename
      .replace(/\.[a-z]{2,4}$/i, '')
      .replace(/[^a-z0-9()[\]-]+/gi, ' ')
      .trim()
      .slice(0, MAX_NAME_CHARS);
    const name = clean === '' ? 'document' : clean;
    let unique = name;
    for (let number = 2; this.names.has(unique); number++) unique = `${name} (${number})`;
    this.names.add(unique);
    return unique;
  }
}

const textBlocks = (text: string): readonly JsonObject[] => (text.trim() === '' ? [] : [{ text }]);

function image(given: JsonObject): JsonObject {
  refuseOthers(given, ['url', 'detail'], 'messages.content.image_url');
  const { url, detail } = given;
  if (isGiven(detail) && detail !== 'auto') throw unsupported('messages.content.image_url.detail');
  const data = base64In(url);
  if (data === null) throw unsupported('messages.content.image_url', 'must be a data: URL in base64 for this model');
  const format = IMAGES.get(data.mediaType);
  if (format === undefined)
    throw unsupported('messages.content.image_url', 'is of a type that this model does not read');
  return { image: { format, source: { bytes: data.data } } };
}

function audio(given: JsonObject): JsonObject {
  refuseOthers(given, ['data', 'format'], 'messages.content.input_audio');
  const { data, format } = given;
  if (typeof data !== 'string' || typeof format !== 'string' || !SOUNDS.includes(format))
    throw unsupported('messages.content.input_audio');
  return { audio: { format, source: { bytes: data } } };
}

/** Null for what is no file in base64. */
function base64In(url: JsonValue | undefined): DataUrl | null {
  const file = typeof url === 'string' ? parseDataUrl(url) : null;
  return file !== null && file.isBase64 && file.data !== '' ? file : null;
}

/** The block that caches the prompt up to it, to be put after what carries `control`; none without one. */
export function cachePointOf(control: JsonValue | undefined, at: string): readonly JsonObject[] {
  const cache = cacheControlOf(control, at);
  return cache === null ? [] : [{ cachePoint: { type: 'default', ...cache } }];
}
