import { UserError } from "../errors.ts";
import { readCountName } from "../tables/guess/input-names.ts";
import { parseCount, parseSize } from "../tables/numbers.ts";
import { numberAt, rowsOf, type Table, textAt } from "../tables/table.ts";
import { formatNumber } from "../text.ts";

/** Inputs of a target by name: of a size N and D. */
export type TargetInputs = Readonly<Record<string, number>>;

/** What is forecast. */
export interface ForecastTarget {
  /** As it is given. */
  name: string;
  inputs: TargetInputs;
}

/** Inputs of laws that follow from a size: parameters, tokens, FLOPs, and tokens a parameter. */
const OF_SIZE = ["N", "D", "C", "M"];

const ALLOWED = "parameters@tokens, such as 70B@15T";

/**
 * Reads what is to be forecast: sizes `70B@15T`, and by inputs of laws, `N=70e9,D=15e12,experts=64`.
 *
 * @param isFit whether a law may do without parameters and tokens
 * @throws UserError for anything else
 */
export function readTargets(given: readonly string[], isFit: boolean): ForecastTarget[] {
  const texts = given
    .flatMap((text) => (text.includes("=") ? [text] : text.split(",")))
    .map((text) => text.trim());
  const targets = texts.map((name) => {
    const inputs = name.includes("=") ? readInputs(name) : sizeOf(name);
    if (inputs !== undefined && (isFit || (inputs.N! > 0 && inputs.D! > 0))) return { name, inputs };
    const also = `, or the law's inputs, such as N=70e9,D=15e12${isFit ? "" : ",experts=64"}`;
    throw new UserError(`--target: ${JSON.stringify(name)}; allowed: ${ALLOWED}${also}`);
  });
  const twice = texts.find((name, i) => texts.indexOf(name) !== i);
  if (twice !== undefined) throw new UserError(`--target: ${JSON.stringify(twice)} is given twice`);
  if (targets.length > 0) return targets;
  throw new UserError(`--target is missing: what is to be forecast; allowed: ${ALLOWED}`);
}

function sizeOf(name: string): TargetInputs | undefined {
  const size = parseSize(name, "--target");
  return size && { N: size.n, D: size.d };
}

/** Reads `N=70e9,D=15e12`; undefined where it is no such text. */
export function readInputs(text: string): TargetInputs | undefined {
  const entries = text.split(",").map((pair): [string, number] => {
    const [, name = "", value = ""] = /^\s*([A-Za-z]\w*)\s*=(.*)$/.exec(pair) ?? [];
    return [name, parseCount(value)];
  });
  return entries.every(([name, value]) => name !== "" && Number.isFinite(value))
    ? Object.fromEntries(entries)
    : undefined;
}

/**
 * Targets in the terms of a law: of a size, the inputs of a fit whose names say parameters, tokens or FLOPs, in the unit that they say.
 *
 * @param variables the law's inputs
 * @param isFit whether the law takes its inputs from columns alone; else parameters, tokens and FLOPs are those of the target
 * @throws UserError where a law of other columns lacks one
 */
export function inTermsOf(
  variables: readonly string[],
  targets: readonly ForecastTarget[],
  isFit: boolean,
): ForecastTarget[] {
  if (isFit) return targets.map((target) => ({ ...target, inputs: renamed(target.inputs, variables) }));
  for (const { name, inputs } of targets) {
    const missing = variables.find(
      (input) =>
        !OF_SIZE.includes(input) && readCountName(input) === undefined && !Object.hasOwn(inputs, input),
    );
    if (missing !== undefined) {
      const size = `N=${inputs.N},D=${inputs.D}`;
      throw new UserError(
        `--target: ${JSON.stringify(name)} lacks ${missing}, an input of the law; allowed: ${size},${missing}=NUMBER`,
      );
    }
  }
  return [...targets];
}

function renamed(inputs: TargetInputs, variables: readonly string[]): TargetInputs {
  const { N, D, C } = inputs;
  const counts = { n: { N }, d: { D }, c: C === undefined ? { N, D } : { C } };
  const made: [string, number][] = [];
  const taken = new Set<string>();
  for (const name of variables) {
    const count = Object.hasOwn(inputs, name) ? undefined : readCountName(name);
    const from = Object.entries(count === undefined ? {} : counts[count.key]);
    if (count === undefined || from.some(([, value]) => value === undefined)) continue;
    const product = from.reduce((value, [, factor]) => value * factor!, from.length > 1 ? 6 : 1);
    made.push([name, product / count.factor]);
    for (const [part] of from) taken.add(part);
  }
  const kept = Object.entries(inputs).filter(([name]) => variables.includes(name) || !taken.has(name));
  return Object.fromEntries([...kept, ...made]);
}

/** Whether a law takes no more of columns than a target has. */
export function hasInputsOf(variables: readonly string[], { inputs }: ForecastTarget): boolean {
  return variables.every((input) => OF_SIZE.includes(input) || Object.hasOwn(inputs, input));
}

/** A target as a sweep file has it. */
export function asSpec({ name, inputs: { N, D, C, ...inputs } }: ForecastTarget) {
  if (!name.includes("=")) return name;
  const others = Object.keys(inputs).length > 0 && { inputs };
  return { name, n: N!, d: D!, ...(C !== undefined && { c: C }), ...others };
}

/**
 * Demands that a target is outside of the runs that are fitted: it has more parameters or more tokens than any of them, or another
 * input that is beyond theirs.
 *
 * @param runs table `runs` of the run directory
 * @param points table `points`, whose variables are the inputs of the fits
 * @throws UserError where it lies inside
 */
export function demandOutside(
  targets: readonly ForecastTarget[],
  { runs, points }: { runs: Table; points: Table },
  where: string,
): void {
  const spans = spansOf(runs, points);
  for (const { name, inputs } of targets) {
    const known = Object.entries(inputs).flatMap(([input, value]) => {
      const span = spans.get(input);
      return span === undefined ? [] : [{ input, value, ...span }];
    });
    const isSize = (input: string) => readCountName(input) !== undefined;
    const isOutside = ({ input, value, least, most }: (typeof known)[number]) =>
      value > most || (value < least && !isSize(input));
    if (known.length === 0 || known.some(isOutside)) continue;
    const ranges = known.map(
      ({ input, least, most }) => `${input} ${formatNumber(least, 3)} to ${formatNumber(most, 3)}`,
    );
    const isBelow = known.some(({ value, least }) => value < least);
    throw new UserError(
      `--target: ${JSON.stringify(name)} lies ${isBelow ? "below" : "inside"} the runs of ${where} (${ranges.join(", ")}); allowed: a target beyond them, with more parameters or more tokens than any`,
    );
  }
}

/** Least and largest value of each input over the runs that are fitted. */
function spansOf(runs: Table, points: Table): Map<string, { least: number; most: number }> {
  const spans = new Map<string, { least: number; most: number }>();
  const add = (input: string, value: number) => {
    if (!Number.isFinite(value)) return;
    const { least, most } = spans.get(input) ?? { least: value, most: value };
    spans.set(input, { least: Math.min(least, value), most: Math.max(most, value) });
  };
  for (const row of rowsOf(runs).filter((row) => textAt(runs, "role", row) === "fit")) {
    add("N", numberAt(runs, "n", row));
    add("D", numberAt(runs, "d", row));
  }
  for (const row of rowsOf(points)) {
    textAt(points, "variables", row)
      .split(", ")
      .forEach((input, v) => {
        if (input !== "N" && input !== "D") add(input, numberAt(points, `variable_${v + 1}`, row));
      });
  }
  return spans;
}

/**
 * Reads the day by which a target is to be known.
 *
 * @returns `YYYY-MM-DD`
 * @throws UserError for no such day, and for one that has passed (UTC)
 */
export function readDay(text: string | undefined, now: Date): string {
  const allowed = "allowed: a day to come, as YYYY-MM-DD, such as 2027-01-31";
  if (text === undefined)
    throw new UserError(`--by is missing: the day by which the target is to be known; ${allowed}`);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // Date takes 31 April for 1 May.
  if (day === undefined || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text)
    throw new UserError(`--by: ${JSON.stringify(text)} is not a day; ${allowed}`);
  const today = now.toISOString().slice(0, 10);
  if (text < today) throw new UserError(`--by: ${text} has passed: today is ${today}; ${allowed}`);
  return text;
}
