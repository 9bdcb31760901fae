import { UserError } from "../errors.ts";

/**
 * Demands that no two columns of a file have one name, which readers settle each in its own way, and none a NUL, which ends a text of SQL.
 *
 * @throws UserError with the places
 */
export function demandColumnNames(path: string, names: readonly string[]): void {
  const first = new Map<string, number>();
  names.forEach((name, place) => {
    if (name.includes("\0")) {
      throw new UserError(
        `${path}: column ${place + 1} is named ${JSON.stringify(name)}; allowed: a name without \\u0000`,
      );
    }
    const before = first.get(name);
    if (before !== undefined) {
      throw new UserError(
        `${path}: two columns are named ${JSON.stringify(name)} (columns ${before + 1} and ${place + 1}); allowed: one column of a name`,
      );
    }
    first.set(name, place);
  });
}
