import { closest, distance } from "fastest-levenshtein";

/**
 * A mistake in what the user gave (a file, a row, an option), or a machine that cannot do what is asked: a full disk, no backend, a
 * kernel that computes wrongly. The message says what is wrong, where, the value that was given and what is allowed. The command line
 * prints it as one line and exits with 2.
 */
export class UserError extends Error {
  override name = "UserError";
}

/** A text of the user's as a message shows it: of a long one the beginning. */
export function shortened(text: string): string {
  const most = 200;
  return text.length > most ? `${text.slice(0, most)}...` : text;
}

/**
 * `; did you mean "x"?` for the end of a message about an unknown name, or nothing where no allowed name is near. Near is an edit
 * distance of at most a third of the unknown name's length, rounded (one for short names), letter case set aside.
 */
export function didYouMean(unknown: string, allowed: readonly string[]): string {
  if (allowed.length === 0) return "";
  const folded = unknown.toLowerCase();
  const candidate = closest(
    folded,
    allowed.map((name) => name.toLowerCase()),
  );
  const farthest = folded.length < 2 ? 0 : Math.max(1, Math.round(folded.length / 3));
  if (distance(folded, candidate) > farthest) return "";
  const nearest = allowed.find((name) => name.toLowerCase() === candidate);
  return `; did you mean ${JSON.stringify(nearest)}?`;
}

/**
 * The end of a message about a name that is not among the allowed ones: `"laddr"; allowed: ladder, flp; did you mean "ladder"?`.
 */
export function notAmong(name: string, allowed: readonly string[]): string {
  return `${JSON.stringify(name)}; allowed: ${allowed.join(", ")}${didYouMean(name, allowed)}`;
}

/**
 * The entry of a name.
 *
 * @param what what the name is of and where it was given, for messages: `sweep.yaml: method: unknown method`
 * @throws UserError with all names and the nearest one where there is no such entry
 */
export function entryOf<Entry>(entries: ReadonlyMap<string, Entry>, name: string, what: string): Entry {
  const entry = entries.get(name);
  if (entry === undefined) throw new UserError(`${what} ${notAmong(name, [...entries.keys()])}`);
  return entry;
}
