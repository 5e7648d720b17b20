/** A file within a `data:` URL. */
export interface DataUrl {
  /** Lowercase; '' when none is given. */
  readonly mediaType: string;
  readonly charset: string | null;
  readonly isBase64: boolean;
  /** As it stands in the URL. */
  readonly data: string;
}

/** RFC 2397: data:[<media type>][;<parameter>]*[;base64],<data>. Null when it is no such URL. */
export function parseDataUrl(url: string): DataUrl | null {
  const comma = url.indexOf(',');
  if (comma < 0 || !/^data:/i.test(url)) return null;
  const [mediaType = '', ...parameters] = url
    .slice('data:'.length, comma)
    .toLowerCase()
    .split(';')
    .map((each) => each.trim());
  const charset = parameters.find((each) => each.startsWith('charset='))?.slice('charset='.length) ?? null;
  return { mediaType, charset, isBase64: parameters.at(-1) === 'base64', data: url.slice(comma + 1) };
}
