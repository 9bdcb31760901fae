import { closest, distance } from "fastest-levenshtein";

/**
 * The known name that an unknown one was probably meant to be: an edit distance of at most a third
 * of its length (one for short names), letter case set aside. Undefined where none is that near.
 */
export function nearestName(unknown: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const folded = unknown.toLowerCase();
  const candidate = closest(
    folded,
    known.map((name) => name.toLowerCase()),
  );
  const farthest = folded.length < 2 ? 0 : Math.max(1, Math.floor(folded.length / 3));
  if (distance(folded, candidate) > farthest) return undefined;
  return known.find((name) => name.toLowerCase() === candidate);
}

/** `; did you mean "x"?`, or nothing where no known name is near. For the end of an error message. */
export function didYouMean(unknown: string, known: readonly string[]): string {
  const name = nearestName(unknown, known);
  return name === undefined ? "" : `; did you mean ${JSON.stringify(name)}?`;
}
