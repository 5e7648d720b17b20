/** Major version x 100 + minor: 205 is Gemini 2.5. A name without a version (gemini-flash-latest) is the newest. */
export function generationOf(model: string): number {
  const version = /gemini-(\d{1,3})(?:\.(\d{1,2}))?(?![\d.])/i.exec(model);
  return version === null ? NEWEST : Number(version[1]) * 100 + Number(version[2] ?? 0);
}

const NEWEST = 100_000;

/** From here on: thinking levels, ids of function calls, signatures that must come back, media in tool results. */
export const GEMINI_3 = 300;
export const GEMINI_4 = 400;
/** The first that thinks. */
export const GEMINI_2_5 = 205;
