import { compareText } from "./run-order.ts";
import { NO_LABEL } from "./sql/vectors.ts";
import { markedRows } from "./table.ts";

/** A text column by the places of its values in a list. */
export interface CodedColumn {
  labels: readonly string[];
  /** `NO_LABEL` where a row has no value. */
  codes: Uint16Array;
}

/** What the rows of a tidy table say of runs and checkpoints, without their metrics. NaN is a missing number. */
export interface RowIdentity {
  rows: number;
  run: CodedColumn;
  subject: CodedColumn;
  /** Role, family and phase, where the table has them. */
  role: CodedColumn | undefined;
  family: CodedColumn | undefined;
  phase: CodedColumn | undefined;
  n: Float64Array;
  d: Float64Array;
  c: Float64Array | undefined;
  step: Float64Array | undefined;
  /** Shares of the training sources. */
  mixes: readonly Float64Array[];
}

/** Rows that stand for all of a table. */
export interface KeptRows {
  /** Ascending. */
  rows: Uint32Array;
  /** The subject whose rows must tell apart the runs that are alike at their ends, where there are such runs. */
  ordering: string | undefined;
}

/** A table with more pairs of a run and a subject than this, and than twice its rows, is read whole. */
const MOST_PAIRS = 4e6;

/**
 * The rows of some subjects, and with them the first row of each checkpoint of a run and of each subject. What a table says of
 * runs (their order, sizes, roles, families, numbers of checkpoints) and which subjects it has is the same of these rows as of
 * all, provided that the rows of a checkpoint differ in nothing but subject and metrics, and those of a run agree in role and
 * family.
 *
 * @returns undefined where that is not so, where a row is not valid, and where a run and subject are not in the order of training,
 * so that rows may be there twice: all rows must be read then
 */
export function keptRows(table: RowIdentity, subjects: ReadonlySet<string>): KeptRows | undefined {
  const { rows, run, subject, role, family, phase, d, step } = table;
  const pairs = run.labels.length * subject.labels.length;
  if (pairs > Math.max(MOST_PAIRS, 2 * rows) || !areValid(table)) return undefined;
  const isWanted = subject.labels.map((label) => subjects.has(label));
  const lastStep = new Float64Array(pairs).fill(Number.NEGATIVE_INFINITY);
  const lastTokens = lastStep.slice();
  const firstOfRun = new Int32Array(run.labels.length).fill(-1);
  const phases = (phase?.labels.length ?? 0) + 1;
  const firstOfCheckpoint = Array.from(
    { length: run.labels.length * phases },
    () => new Map<number, number>(),
  );
  const isSubjectKept = new Uint8Array(subject.labels.length * phases);
  const isKept = new Uint8Array(rows);
  const isSameCheckpoint = comparison(table);
  let [lastSeries, lastKey, first] = [-1, Number.NaN, -1];
  for (let row = 0; row < rows; row++) {
    const [r, s] = [run.codes[row]!, subject.codes[row]!];
    const pair = r * subject.labels.length + s;
    const hasStep = step !== undefined && !Number.isNaN(step[row]);
    const last = hasStep ? lastStep : lastTokens;
    const value = hasStep ? step[row]! : d[row]!;
    if (!(value > last[pair]!)) return undefined;
    last[pair] = value;
    // Steps and tokens are kept apart: tokens as negative numbers, which no step is.
    const key = hasStep ? value : -value;
    const p = phase === undefined || phase.codes[row] === NO_LABEL ? 0 : phase.codes[row]! + 1;
    const series = r * phases + p;
    // Rows of a checkpoint stand together as a rule.
    if (series !== lastSeries || key !== lastKey) {
      const known = firstOfCheckpoint[series]!;
      first = known.get(key) ?? row;
      if (first === row) known.set(key, row);
      [lastSeries, lastKey] = [series, key];
    }
    if (first !== row && !isSameCheckpoint(first, row)) return undefined;
    if (firstOfRun[r]! < 0) firstOfRun[r] = row;
    else if (role?.codes[row] !== role?.codes[firstOfRun[r]!]) return undefined;
    else if (family?.codes[row] !== family?.codes[firstOfRun[r]!]) return undefined;
    const subjectAndPhase = s * phases + p;
    if (isWanted[s] || first === row || isSubjectKept[subjectAndPhase] === 0) isKept[row] = 1;
    isSubjectKept[subjectAndPhase] = 1;
  }
  const ordering = areEndsAlike(table, isKept) ? [...subject.labels].sort(compareText)[0] : undefined;
  if (ordering !== undefined) {
    const place = subject.labels.indexOf(ordering);
    for (let row = 0; row < rows; row++) if (subject.codes[row] === place) isKept[row] = 1;
  }
  return { rows: markedRows(isKept), ordering };
}

/** Whether every row has a run, a subject and sizes that are allowed. */
function areValid({ run, subject, n, d, c, step, mixes }: RowIdentity): boolean {
  const isSize = (value: number) => value > 0 && value < Number.POSITIVE_INFINITY;
  return (
    !run.codes.includes(NO_LABEL) &&
    !subject.codes.includes(NO_LABEL) &&
    n.every(isSize) &&
    d.every(isSize) &&
    (c === undefined || c.every((value) => Number.isNaN(value) || isSize(value))) &&
    (step === undefined ||
      step.every((value) => Number.isNaN(value) || (value >= 0 && value < Number.POSITIVE_INFINITY))) &&
    mixes.every((shares) => shares.every((value) => Number.isNaN(value) || Number.isFinite(value)))
  );
}

/** Whether two rows of one run, phase and step or tokens differ in nothing but subject and metrics. */
function comparison({ n, d, c, step, mixes }: RowIdentity): (a: number, b: number) => boolean {
  const columns = [n, d, ...(c ? [c] : []), ...(step ? [step] : []), ...mixes];
  return (a, b) => {
    for (const values of columns) if (!Object.is(values[a], values[b])) return false;
    return true;
  };
}

/**
 * Whether two runs have the same parameters and tokens at their ends, so that what else is there, or their other rows, may decide
 * their order.
 */
function areEndsAlike({ n, d, run, phase }: RowIdentity, isKept: Uint8Array): boolean {
  const isMain = (row: number) => phase === undefined || phase.codes[row] === NO_LABEL;
  const isLater = (row: number, than: number): boolean => {
    if (isMain(row) !== isMain(than)) return isMain(row);
    return d[row] === d[than] ? n[row]! > n[than]! : d[row]! > d[than]!;
  };
  const ends = new Map<number, number>();
  for (let row = 0; row < isKept.length; row++) {
    if (isKept[row] === 0) continue;
    const end = ends.get(run.codes[row]!);
    if (end === undefined || isLater(row, end)) ends.set(run.codes[row]!, row);
  }
  return new Set(Array.from(ends.values(), (row) => `${n[row]} ${d[row]}`)).size < ends.size;
}
