import { UserError } from "../errors.ts";
import { percent } from "../text.ts";
import {
  type Design,
  type DesignOf,
  type Explanation,
  inDigitsOf,
  type Paper,
  type Printed,
  type PublishedCell,
  type PublishedTable,
  type Quantity,
  roundsTo,
  type UndefinedPart,
} from "./paper.ts";
import { describeDesign, type Results } from "./results.ts";

/** Why a number that differs is believed to be explained, or why its explanations fail. */
type Explained = { reason: string; evidence: string } | { failed: string };

/** Objectives that differ by less than this share count as equal. */
const SAME = 1e-9;
/** Greatest share by which the objective in a flat valley lies above ours. */
const FLAT = 1e-3;

/** Looks for a reason for a number that does not round to the printed one. */
export function explainCell(cell: PublishedCell, paper: Paper, results: Results): Explained {
  const { printed, quantity, design } = cell;
  const rounded = quantity.fromRounded?.(results, () => design);
  if (rounded !== undefined && roundsTo(rounded, printed)) {
    return { reason: "rounding", evidence: `from rounded numbers it is ${inDigitsOf(rounded, printed)}` };
  }
  const part = quantity.undefinedPart?.(results);
  if (part !== undefined) return explainUndefined(part, printed);
  const ours = quantity.value(results, () => design);
  const explanations = paper.explanations.filter(
    (explanation) => isSame(explanation.design, design) && changes(explanation, ours, quantity, results),
  );
  if (explanations.length === 0) return { failed: "" };
  const witnesses = new Map(explanations.map(({ task, witness }) => [task, witness]));
  const designOf: DesignOf = (task) => witnesses.get(task) ?? design;
  const value = quantity.value(results, designOf);
  const held = explanations.map((explanation) =>
    explanations.length > 1 ? `${explanation.task}: ${explanation.held}` : explanation.held,
  );
  const withHeld = `with ${held.join("; ")}`;
  const valueRounded = quantity.fromRounded?.(results, designOf) ?? Number.NaN;
  if (!roundsTo(value, printed) && !roundsTo(valueRounded, printed)) {
    return { failed: `${withHeld} it is ${inDigitsOf(value, printed)}, so that does not explain it` };
  }
  const gaps: string[] = [];
  for (const explanation of explanations) {
    const outcome = compareFits(explanation, results);
    if ("failed" in outcome)
      return { failed: `${withHeld} it is ${inDigitsOf(value, printed)}, but ${outcome.failed}` };
    gaps.push(outcome.gap);
  }
  return {
    reason: [...new Set(explanations.map(({ reason }) => reason.name))].join(", "),
    evidence: `${withHeld} it is ${inDigitsOf(value, printed)}; the objective there is higher by ${gaps.join("; ")}`,
  };
}

/** Explains a mean of numbers that the method does not all define: some are left out, or the printed mean lies within the possible range. */
function explainUndefined(
  { which, count, of, readings, least, most }: UndefinedPart,
  printed: Printed,
): Explained {
  const reason = "undefined cells";
  const digits = (value: number): string => inDigitsOf(value, printed);
  const said = `${count} of ${of} errors are of ${which}`;
  const reading = readings.find(({ value }) => roundsTo(value, printed));
  if (reading !== undefined) {
    return { reason, evidence: `${said}; ${reading.how} it is ${digits(reading.value)}` };
  }
  const range = `they make it anything from ${digits(least)} (none) to ${digits(most)} (as large as the largest other)`;
  if (printed.value >= least && printed.value <= most) return { reason, evidence: `${said}; ${range}` };
  return { failed: `${said}; ${range}` };
}

/** Whether two designs are the same values of axes. */
function isSame(a: Design, b: Design): boolean {
  return a === b || describeDesign(a) === describeDesign(b);
}

/** Whether a number of several tasks is another with the witness of one of them. */
function changes(
  { design, task, witness }: Explanation,
  ours: number,
  quantity: Quantity,
  results: Results,
): boolean {
  if (!quantity.tasks.includes(task)) return false;
  return quantity.value(results, (name) => (name === task ? witness : design)) !== ours;
}

/** Compares the objectives of a witness with ours: how much higher they are, or what is wrong with them. */
function compareFits(
  { design, task, witness, reason }: Explanation,
  results: Results,
): { gap: string } | { failed: string } {
  const theirs = new Map(results.fits(witness, task).map((fit) => [fit.stage, fit]));
  const gaps: { stage: string; gap: number }[] = [];
  for (const { stage, objective } of results.fits(design, task)) {
    // A witness that holds what a stage would give has no such stage.
    const fit = theirs.get(stage);
    if (fit !== undefined) gaps.push({ stage, gap: fit.objective / objective - 1 });
  }
  const better = gaps.find(({ gap }) => gap < -SAME);
  if (better !== undefined) {
    return { failed: `the objective of ${better.stage} there is lower by ${percent(-better.gap, 3)}` };
  }
  const most = Math.max(...gaps.map(({ gap }) => gap));
  const said = gaps.filter(({ gap }) => gap > SAME).map(({ stage, gap }) => `${percent(gap, 3)} (${stage})`);
  const gap = said.length === 0 ? `less than ${percent(SAME, 3)}` : said.join(" and ");
  if (reason.name === "flat valley") {
    return most <= FLAT ? { gap } : { failed: `the objective is higher by ${gap}: the valley is not flat` };
  }
  if (most < reason.above) {
    return { failed: `the objective is higher by ${gap} only, not by ${percent(reason.above, 3)} or more` };
  }
  const { inside, above } = reason;
  if (inside === undefined) return { gap };
  const isInside = gaps.some(
    ({ stage, gap }) => gap >= above && theirs.get(stage)!.parameters.get(inside)?.atBound === false,
  );
  return isInside ? { gap } : { failed: `${inside} is at its bound there, so it is not an optimum` };
}

export type Verdict = "reproduced" | "explained" | "not reproduced";

/** A printed number beside ours. */
export interface ComparedCell {
  printed: Printed;
  /** In the unit of the printed one. */
  ours: number;
  /** ours - printed. */
  difference: number;
  verdict: Verdict;
  /** `rounding`, `local optimum`, `flat valley`, `undefined cells`; undefined unless explained. */
  reason: string | undefined;
  /** What the reason rests on, or why a reason that was tried does not hold. */
  evidence: string | undefined;
}

/** A table of a paper with our numbers in it. */
export interface ComparedTable {
  name: string;
  title: string;
  columns: readonly string[];
  rows: readonly { name: string; cells: readonly (ComparedCell | undefined)[] }[];
}

/**
 * Compares every printed number with that of a sweep. Tables of targets are left out where the sweep has none.
 *
 * @param source the checkpoint table, for messages
 * @throws UserError where the sweep has no number to compare with
 */
export function comparePaper(paper: Paper, results: Results, source: string): ComparedTable[] {
  const compareRow = (table: PublishedTable, row: PublishedTable["rows"][number]) =>
    row.cells.map((cell, i) => {
      if (cell === undefined) return undefined;
      const compared = compareCell(cell, paper, results);
      if (Number.isFinite(compared.ours)) return compared;
      throw new UserError(
        `${source}: no number to compare with ${table.name}, ${row.name}, ${table.columns[i]}: ` +
          `the measured value of ${cell.quantity.tasks.join(", ")} is missing`,
      );
    });
  const tables = paper.tables.filter(({ needsTargets = false }) => results.hasPredictions || !needsTargets);
  return tables.map((table) => {
    const { name, title, columns, rows } = table;
    return {
      name,
      title,
      columns,
      rows: rows.map((row) => ({ name: row.name, cells: compareRow(table, row) })),
    };
  });
}

function compareCell(cell: PublishedCell, paper: Paper, results: Results): ComparedCell {
  const { printed, quantity, design } = cell;
  const ours = quantity.value(results, () => design);
  const base = { printed, ours, difference: ours - printed.value };
  if (roundsTo(ours, printed)) {
    return { ...base, verdict: "reproduced", reason: undefined, evidence: undefined };
  }
  const explained = explainCell(cell, paper, results);
  if ("failed" in explained) {
    return { ...base, verdict: "not reproduced", reason: undefined, evidence: explained.failed || undefined };
  }
  return { ...base, verdict: "explained", ...explained };
}

/** Cells of each verdict. */
export function countVerdicts(tables: readonly ComparedTable[]): Record<Verdict, number> {
  const counts = { reproduced: 0, explained: 0, "not reproduced": 0 };
  for (const { rows } of tables) {
    for (const { cells } of rows) {
      for (const cell of cells) if (cell !== undefined) counts[cell.verdict]++;
    }
  }
  return counts;
}
