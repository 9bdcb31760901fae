import { UserError } from "../errors.ts";
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

const ALLOWED = "parameters@tokens, such as 70B@15T";

/**
 * Reads what is to be forecast: sizes `70B@15T`, and of fits of other laws their inputs, `N=70e9,D=15e12`.
 *
 * @param takesInputs whether targets may be given by inputs
 * @throws UserError for anything else
 */
export function readTargets(given: readonly string[], takesInputs: boolean): ForecastTarget[] {
  const texts = given
    .flatMap((text) => (text.includes("=") ? [text] : text.split(",")))
    .map((text) => text.trim());
  const targets = texts.map((name) => {
    const inputs = takesInputs && name.includes("=") ? readInputs(name) : sizeOf(name);
    if (inputs !== undefined) return { name, inputs };
    const also = takesInputs ? ", or the law's inputs, such as N=70e9,D=15e12" : "";
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
    const isSize = (input: string) => input === "N" || input === "D";
    const isOutside = ({ input, value, least, most }: (typeof known)[number]) =>
      value > most || (value < least && !isSize(input));
    if (known.length === 0 || known.some(isOutside)) continue;
    const ranges = known.map(
      ({ input, least, most }) => `${input} ${formatNumber(least, 3)} to ${formatNumber(most, 3)}`,
    );
    throw new UserError(
      `--target: ${JSON.stringify(name)} lies inside the runs of ${where} (${ranges.join(", ")}); allowed: a target beyond them, with more parameters or more tokens than any`,
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
