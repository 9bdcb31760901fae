import { MOST_SOURCES } from "../../forms/families/mix.ts";
import type { Form } from "../../forms/form.ts";
import type { Size } from "../size.ts";
import { type SourcePolicy, sourceFlops } from "./source-flops.ts";

/** The forms of table 3 (Chen et al., 2025), which differ in what they take. */
export const LAWS = ["m1", "m2", "m3", "m4"] as const;

/** The law of a table: its form, and what the form takes of a run's size. */
export interface Law {
  form: Form;
  /** Variables of the form, or why a run is left out. */
  variables(size: Size): number[] | { leftOut: string };
}

/**
 * The law of a name for the sources of a table, or why there is none.
 *
 * @param name `m1` to `m4`, or a form with one variable a source
 * @param getForm throws UserError for an unknown name
 * @param flops of a whole run
 */
export function lawOf(
  name: string,
  sources: readonly string[],
  {
    getForm,
    flops,
    policy,
  }: { getForm(name: string): Form; flops(size: Size): number; policy: SourcePolicy },
): Law | { reason: string } {
  if (name === "m1") return { form: getForm("compute-power-law"), variables: (size) => [flops(size)] };
  const has =
    sources.length === 0
      ? "the table has no column mix.<source>"
      : `the table has ${sources.join(", ")} alone`;
  if (sources.length < 2) {
    return {
      reason: `law ${name} takes the FLOPs of two sources or more and ${has}; law m1 takes their sum`,
    };
  }
  if (sources.length > MOST_SOURCES) {
    return { reason: `law ${name} takes at most ${MOST_SOURCES} sources; the table has ${sources.length}` };
  }
  const isOfTable = LAWS.some((law) => law === name);
  const form = getForm(isOfTable ? `mix-${name}-${sources.length}` : name);
  const takes = form.variableNames.length;
  if (takes !== sources.length) {
    return {
      reason: `form ${name} takes ${takes} variables (${form.variableNames.join(", ")}); the table has ${sources.length} sources (${sources.join(", ")})`,
    };
  }
  return { form, variables: (size) => sourceFlops({ ...size, c: flops(size) }, sources, policy) };
}
