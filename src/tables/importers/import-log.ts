import { getOrInsert } from "../../collections.ts";
import { countOf } from "../../text.ts";

/** How many names a note gives before it says how many more there are. */
const MOST_NAMES = 4;

/** Names for a note: the first few, and how many more. */
export function someOf(names: Iterable<string>): string {
  const all = [...new Set(names)];
  const more = all.length - MOST_NAMES;
  return more > 0 ? `${all.slice(0, MOST_NAMES).join(", ")} and ${more} more` : all.join(", ");
}

/** Files or rows that were left out for one reason. */
interface Dropped {
  what: string;
  count: number;
  /** The first few names, and whether there were more. */
  names: Set<string>;
}

/** What an import left out and what it is not sure of, counted, for people. */
export class ImportLog {
  readonly #dropped = new Map<string, Dropped>();
  readonly #each = new Map<string, { count: number; names: Set<string> }>();
  readonly #notes = new Set<string>();

  /**
   * Counts something that is left out.
   *
   * @param what its kind in the singular: `file`, `row`, `value`
   * @param reason why, in words
   * @param name of it or of where it was, for the first few
   */
  drop(what: string, reason: string, name?: string, count = 1): void {
    const dropped = getOrInsert(this.#dropped, `${what}\n${reason}`, () => ({
      what,
      count: 0,
      names: new Set<string>(),
    }));
    dropped.count += count;
    if (name !== undefined && dropped.names.size <= MOST_NAMES) dropped.names.add(name);
  }

  /** Says something that makes numbers unsure of each of several things: one line, with how many there are and the first few. */
  each(noun: string, text: string, name: string): void {
    const cases = getOrInsert(this.#each, `${noun}\n${text}`, () => ({ count: 0, names: new Set<string>() }));
    cases.count++;
    if (cases.names.size < MOST_NAMES) cases.names.add(name);
  }

  /** Says something that makes numbers unsure, once. */
  note(text: string): void {
    this.#notes.add(text);
  }

  /** What was left out, first, then what is unsure, a line each. */
  lines(): string[] {
    const dropped = Array.from(this.#dropped, ([key, { what, count, names }]) => {
      const reason = key.slice(key.indexOf("\n") + 1);
      const shown = [...names].slice(0, MOST_NAMES);
      const more = names.size > MOST_NAMES ? ", ..." : "";
      const where = shown.length === 0 ? "" : ` (${shown.join(", ")}${more})`;
      return `${countOf(count, what)} left out: ${reason}${where}`;
    });
    const each = Array.from(this.#each, ([key, { count, names }]) => {
      const [noun, text] = key.split("\n") as [string, string];
      return `${countOf(count, noun)}: ${text} (${[...names].join("; ")}${count > names.size ? "; ..." : ""})`;
    });
    return [...dropped, ...each, ...this.#notes];
  }
}
