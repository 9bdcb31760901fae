/**
 * A JSON value as the one text that all writers of it share: no spaces, keys in the order of their UTF-16 code units, numbers and
 * strings as ECMAScript writes them (RFC 8785, JSON Canonicalization Scheme).
 *
 * @throws TypeError for what JSON does not have: undefined, functions, numbers that are not finite
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
  }
  const isNumber = typeof value === "number" && Number.isFinite(value);
  if (!isNumber && value !== null && typeof value !== "boolean" && typeof value !== "string")
    throw new TypeError(`${String(value)} is not a JSON value`);
  return JSON.stringify(value);
}
