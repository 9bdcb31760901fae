/**
 * The names that an expression may mean columns by, in lower case, as SQL tells names apart. Some may be functions or fields,
 * which does no harm. Texts in single quotes name no column.
 */
export function mentionedNames(sql: string): Set<string> {
  const names = new Set<string>();
  for (const [, quoted, bare] of sql
    .replace(/'(?:[^']|'')*'/g, "''")
    .matchAll(/"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)/gu)) {
    names.add((quoted?.replaceAll('""', '"') ?? bare ?? "").toLowerCase());
  }
  return names;
}
