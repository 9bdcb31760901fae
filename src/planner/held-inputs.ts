import { notAmong, UserError } from "../errors.ts";
import type { Form } from "../forms/form.ts";
import { type HeldInputs, isUniqueTokens } from "../forms/size-inputs.ts";
import { readCountName } from "../tables/guess/input-names.ts";

/**
 * Demands that what is held is an input of a law.
 *
 * @param words the further names that may be held, what becomes of sizes and tokens, and what is allowed in their place
 * @throws UserError for a name that is no input of any or is a size, tokens or FLOPs, and for unique tokens where no law takes them
 */
export function checkHeld(
  forms: readonly Form[],
  { at, uniqueTokens }: HeldInputs,
  { alsoKnown = [], sizes, allowed }: { alsoKnown?: readonly string[]; sizes: string; allowed: string },
  where: string,
): void {
  const names = [...new Set([...forms.flatMap(({ variableNames }) => variableNames), ...alsoKnown])];
  const unknown = Object.keys(at).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UserError(`${where}: at: no law has an input ${notAmong(unknown, names)}`);
  const planned = Object.keys(at).find((name) => !isUniqueTokens(name) && readCountName(name) !== undefined);
  if (planned !== undefined)
    throw new UserError(
      `${where}: at: ${planned} is ${sizes} and cannot be held; allowed: further inputs, and ${allowed}`,
    );
  if (uniqueTokens === undefined || names.some(isUniqueTokens)) return;
  throw new UserError(
    `${where}: unique tokens ${uniqueTokens}: no law takes them: the inputs are ${names.join(", ")}; allowed: with a law of repetition, such as repeated-data`,
  );
}
