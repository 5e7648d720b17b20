import type { JsonObject } from '../../../../providers/index.js';
import { type Field, given } from './messages-field.js';

/** Vendors that take files want a name with them. */
const FILE_NAMES = { 'application/pdf': 'document.pdf', 'text/plain': 'document.txt' } as const;

/** `cache_control` of a block or a tool, as it is. */
export function cacheControl(block: Field): JsonObject | undefined {
  return block.at('cache_control').maybe((marker) => {
    marker.object(['type', 'ttl']).at('type').oneOf(['ephemeral']);
    return given({ type: 'ephemeral', ttl: marker.at('ttl').maybe((ttl) => ttl.oneOf(['5m', '1h'])) });
  });
}

/** A canonical content part of a text, image or document block. */
export function contentPart(block: Field): JsonObject {
  const type = block.at('type');
  switch (type.text()) {
    case 'text':
      return textPart(block);
    case 'image':
      return imagePart(block);
    case 'document':
      return documentPart(block);
    default:
      throw type.unsupported(' here');
  }
}

/** A canonical part of a text block. What a text cites has no place in the canonical call; an empty list cites nothing. */
export function textPart(block: Field): JsonObject {
  block.object(['type', 'text', 'cache_control', 'citations']).at('type').oneOf(['text']);
  const citations = block.at('citations');
  if (citations.maybe((each) => each.items().length)) throw citations.error('is not supported');
  return given({ type: 'text', text: block.at('text').text(), cache_control: cacheControl(block) });
}

function imagePart(block: Field): JsonObject {
  const source = block.object(['type', 'source', 'cache_control']).at('source');
  const url = source.at('type').oneOf(['base64', 'url']) === 'url' ? address(source) : imageUrl(source);
  return given({ type: 'image_url', image_url: { url }, cache_control: cacheControl(block) });
}

function address(source: Field): string {
  const url = source.object(['type', 'url']).at('url');
  if (!/^https?:\/\//i.test(url.text())) throw url.error('must be an address that begins with https:// or http://');
  return url.text();
}

function imageUrl(source: Field): string {
  const type = source.object(['type', 'media_type', 'data']).at('media_type');
  if (!/^image\/[a-z0-9.+-]{1,32}$/.test(type.text())) throw type.error('must be the type of an image');
  return dataUrl(type.text(), source.at('data').name());
}

const dataUrl = (type: string, base64: string): string => `data:${type};base64,${base64}`;

/** The canonical call has no place for a document's citations and context. */
function documentPart(block: Field): JsonObject {
  block.object(['type', 'source', 'title', 'cache_control', 'citations']);
  const citations = block.at('citations').maybe((each) => each.object(['enabled']).at('enabled'));
  if (citations?.maybe((each) => each.flag())) throw citations.error('is not supported');
  const source = block.at('source');
  const title = block.at('title').maybe((each) => each.name());
  const type = source.at('type').oneOf(['base64', 'text', 'url']);
  const file = type === 'url' ? { filename: title, file_url: address(source) } : inlineFile(source, title);
  return given({ type: 'file', file: given(file), cache_control: cacheControl(block) });
}

function inlineFile(source: Field, title: string | undefined): JsonObject {
  const isText = source.at('type').value === 'text';
  const data = source.object(['type', 'media_type', 'data']).at('data').name();
  const type = source.at('media_type').oneOf(isText ? (['text/plain'] as const) : (['application/pdf'] as const));
  const base64 = isText ? Buffer.from(data, 'utf8').toString('base64') : data;
  return { filename: title ?? FILE_NAMES[type], file_data: dataUrl(type, base64) };
}
