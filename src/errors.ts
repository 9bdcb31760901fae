import { closest, distance } from "fastest-levenshtein";

/**
 * A mistake in the user's input (a file, a row, an option), or a machine that cannot carry out the request: a full disk, no backend,
 * a kernel that computes wrongly. The message says what is wrong and where, the given value and the allowed values. The command line
 * prints it as one line and exits with status 2.
 */
export class UserError extends Error {
  override name = "UserError";
}

/** The function's result; a UserError that it throws is given the place in front. */
export function withPrefix<Result>(where: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${where}: ${error.message}`) : error;
  }
}

/** A text of the user's as messages quote it; a long text is cut after its first 200 characters. */
export function shortened(text: string): string {
  const most = 200;
  return text.length > most ? `${text.slice(0, most)}...` : text;
}

/** A value as messages show it: of a long one the beginning. */
export function describeValue(value: unknown): string {
  return typeof value === "number" ? String(value) : shortened(JSON.stringify(value) ?? "nothing");
}

/**
 * `; did you mean "x"?` for the end of a message about an unknown name, or an empty text where no allowed name is near. A name is near
 * if its edit distance is at most a third of the unknown name's length, rounded (one for short names; two in four
 * letters where only their order differs, as in `shwo`), ignoring letter case.
 */
export function didYouMean(unknown: string, allowed: readonly string[]): string {
  if (allowed.length === 0) return "";
  const folded = unknown.toLowerCase();
  const candidate = closest(
    folded,
    allowed.map((name) => name.toLowerCase()),
  );
  const farthest = folded.length < 2 ? 0 : Math.max(1, Math.round(folded.length / 3));
  const lettersOf = (name: string) => [...name].sort().join("");
  const isSwapped = folded.length === 4 && lettersOf(folded) === lettersOf(candidate);
  if (distance(folded, candidate) > (isSwapped ? 2 : farthest)) return "";
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
 * Looks up an entry by its name.
 *
 * @param what the beginning of the message, which says where the name was given and what it names: `sweep.yaml: method: unknown method`
 * @throws UserError with all names and the nearest one where there is no entry of that name
 */
export function entryOf<Entry>(entries: ReadonlyMap<string, Entry>, name: string, what: string): Entry {
  const entry = entries.get(name);
  if (entry === undefined) throw new UserError(`${what} ${notAmong(name, [...entries.keys()])}`);
  return entry;
}
