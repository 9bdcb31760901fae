/** How programs write that there is no value: Python's None, R's NA, SQL's NULL, a dash. NaN is not among them: it may be a result. */
export function isMissingWord(text: string): boolean {
  return /^\s*(none|null|na|n\/a|-+|\u2013|\u2014)\s*$/i.test(text);
}

/** A decimal number, or undefined: what `Number` takes, less the empty text, hexadecimals and infinities. */
export function parseNumber(text: string): number | undefined {
  if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}
