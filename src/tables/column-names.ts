import { UserError } from "../errors.ts";

/**
 * Demands that no two columns of a file have one name, which readers settle each in its own way.
 *
 * @throws UserError with both places
 */
export function demandDistinctNames(path: string, names: readonly string[]): void {
  const first = new Map<string, number>();
  names.forEach((name, place) => {
    const before = first.get(name);
    if (before !== undefined) {
      throw new UserError(
        `${path}: two columns are named ${JSON.stringify(name)} (columns ${before + 1} and ${place + 1}); allowed: one column of a name`,
      );
    }
    first.set(name, place);
  });
}
