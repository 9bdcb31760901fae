import { basename } from "node:path";
import { mapValues } from "../collections.ts";
import { UserError } from "../errors.ts";
import type { ReadingRequest } from "../extension.ts";
import { demandInputs } from "../methods/law.ts";
import { type CellSource, cellError, cellSource, listColumns, numbers, texts } from "../tables/cells.ts";
import {
  approximateFlops,
  type CheckpointTable,
  type FreeColumns,
  type Role,
} from "../tables/checkpoint-table.ts";
import { countsByName } from "../tables/guess/input-names.ts";
import { FILE_NAME, readTable } from "../tables/read.ts";
import { findColumn, type SourcedTable, type Table } from "../tables/table.ts";
import { cautionsOf } from "./cautions.ts";
import {
  columnName,
  describePick,
  guessInput,
  guessResponse,
  NUMBER,
  type Pick,
  type Picks,
  readPick,
} from "./columns.ts";
import { keepRows, marksOf } from "./select-rows.ts";
import type { CheckedFit } from "./spec.ts";

/** Metric under which the response of a table of any columns is kept. */
export const RESPONSE = "response";

/** A request whose settings are those of method fit. */
type FreeTableRequest = Omit<ReadingRequest, "settings"> & { fit: CheckedFit };

/**
 * Reads a table of any columns. Each row is a run of its own, unless a column names the runs; each response is a subject, and each
 * group one for itself. Rows that are held out, rows to predict and inputs to predict at are targets.
 *
 * @throws UserError for a column that is not there, for an expression or a predicate that DuckDB does not take, and for cells that
 * are no numbers, with file, row, column and value
 */
export async function readFreeTable({ settings, ...given }: ReadingRequest): Promise<CheckpointTable> {
  const fit = (settings ?? {}) as CheckedFit;
  const request = { ...given, fit };
  const { paths, where } = request;
  if (fit.weights !== undefined && fit.sigma !== undefined)
    throw new UserError(`${where}: fit: weights and sigma are both given; allowed: one of them`);
  const bare = await readTable(paths, reading(request, []));
  const said: string[] = [];
  const picks = pickColumns(request, bare, (line) => said.push(line));
  const filters = { where: fit.where, test: fit.test };
  const all = [
    ...allPicks(picks),
    ...Object.values(filters).flatMap((sql) => (sql === undefined ? [] : { sql })),
  ];
  const isComputed = all.some((pick) => "sql" in pick);
  const hasNames = picks.group !== undefined || picks.run !== undefined;
  const read = isComputed || hasNames ? await readTable(paths, reading(request, all, picks)) : bare;
  const kept = keepRows(read, filters.where, where);
  const rows = rowsOfTable(kept, picks, request, { said });
  const cautions = cautionsOf(kept, rows[0]!, picks, fit);
  const predicted = fit.predict === undefined ? [] : [await predictedRows(fit.predict, picks, request)];
  return assemble([...rows, ...predicted], picks, request, { said, cautions });
}

function reading({ decimal }: FreeTableRequest, picks: readonly Pick[], named?: Picks) {
  const computed = new Map(
    picks.flatMap((pick) => ("sql" in pick ? [[columnName(pick), pick.sql]] : [])) as [string, string][],
  );
  const text = [named?.group, named?.run].flatMap((pick) => (pick === undefined ? [] : [columnName(pick)]));
  const filename = [...computed.values()].some((sql) => sql.includes(FILE_NAME));
  return { computed, text, filename, wholeAsFloat: true, ...(decimal && { decimal }) };
}

function allPicks({ responses, inputs, group, run, cost, weights }: Picks): Pick[] {
  return [...responses, ...inputs.values(), group, run, cost, weights?.pick].filter(
    (pick) => pick !== undefined,
  );
}

/** Names that laws mostly have for parameters; N, D and C are inputs by custom. */
const PARAMETER_NAME = /^([ABE-LP-Zabegk-m]\d?|(alpha|beta|gamma|delta|epsilon|kappa|lambda)\d?)$/;

/** Finds the columns of everything that is read. */
function pickColumns(
  { fit, laws, where }: FreeTableRequest,
  table: SourcedTable,
  said: (line: string) => void,
): Picks {
  const pick = (given: string | undefined, key: string) =>
    given === undefined ? undefined : readPick(given, table, `${where}: fit.${key}`);
  const inputs = new Map<string, Pick>();
  for (const [name, given] of Object.entries(fit.x ?? {})) inputs.set(name, pick(given, `x.${name}`)!);
  const outputs = new Set(laws.flatMap(({ output }) => output ?? []));
  const ofOutputs = [...outputs].filter((name) => findColumn(table, name) !== undefined);
  const names =
    fit.y ??
    (ofOutputs.length > 0 ? ofOutputs : [guessResponse(table, [...outputs], `${where}: fit.y`, said)]);
  const responses = names.map((name) => ({ name, ...pick(name, "y")! }));
  for (const input of laws.flatMap((law) => law.inputs)) {
    if (inputs.has(input.name)) continue;
    const found = guessInput(input, table, said);
    if (found !== undefined) inputs.set(input.name, found);
    else if (!input.mayBeParameter) {
      const what = input.what === "" ? "" : ` (${input.what})`;
      throw new UserError(
        `${where}: fit.x: no column is named as the input ${input.name}${what} of the law; ` +
          `allowed: --x ${input.name}=COLUMN; the columns are ${listColumns(table)}`,
      );
    }
  }
  for (const { name, mayBeParameter } of laws.flatMap((law) => law.inputs)) {
    const isByName = mayBeParameter && fit.x?.[name] === undefined && findColumn(table, name) !== undefined;
    if (isByName && PARAMETER_NAME.test(name))
      said(`${name} is the column of that name, and no parameter (another name in the law makes it one)`);
  }
  const known = new Set(inputs.keys());
  const columns = table.columns.map(({ name }) => name);
  for (const law of laws) demandInputs(law, known, columns, where);
  if (columns.includes("pi") && laws.some(({ text }) => /(?<![\w.])pi(?![\w(])/.test(text)))
    throw new UserError(
      `${where}: law: pi is the number 3.14159..., and the table has a column "pi"; allowed: another name in the law, with --x NAME=pi`,
    );
  const used = new Set(laws.flatMap((law) => law.inputs.map(({ name }) => name)));
  const idle = Object.keys(fit.x ?? {}).find((name) => !used.has(name));
  if (idle !== undefined)
    throw new UserError(
      `${where}: fit.x: no law has an input ${JSON.stringify(idle)}; allowed: ${[...used].join(", ")}`,
    );
  const weights = (["weights", "sigma"] as const).flatMap((kind) => {
    const column = pick(fit[kind], kind);
    return column === undefined ? [] : { kind, pick: column };
  })[0];
  return {
    responses,
    inputs,
    group: pick(fit.group, "group"),
    run: pick(fit.run, "run"),
    cost: pick(fit.cost, "cost"),
    weights,
  };
}

/** Rows of one table, before they are put together. */
interface FreeRows {
  from: CellSource;
  table: Table;
  role: readonly Role[];
  run: readonly string[];
  /** Group of each row; undefined where the rows are for every group. */
  group: readonly (string | null)[] | undefined;
  inputs: ReadonlyMap<string, Float64Array>;
  /** Measured responses by name. */
  responses: ReadonlyMap<string, Float64Array>;
  weights: Float64Array | undefined;
  cost: Float64Array | undefined;
  sourceRow: (row: number) => number;
}

function column(from: CellSource, pick: Pick) {
  const found = findColumn(from.table, columnName(pick));
  if (found !== undefined) return found;
  throw new UserError(
    `${from.source}: no column ${JSON.stringify(describePick(pick))}; the columns are ${listColumns(from.table)}`,
  );
}

function rowsOfTable(
  table: SourcedTable,
  picks: Picks,
  { paths, fit, where }: FreeTableRequest,
  { said }: { said: string[] },
): FreeRows[] {
  const from: CellSource = { ...cellSource(table, paths.join(", ")), missingWords: new Map() };
  const isTest = fit.test === undefined ? undefined : marksOf(table, fit.test, `${where}: fit.test`);
  if (isTest !== undefined && !isTest.includes(true))
    said.push(`no row has ${JSON.stringify(fit.test)}: nothing is held out`);
  const sourceRow = (row: number) => table.sourceRow?.[row] ?? row;
  const rowName = (row: number) => `row ${sourceRow(row) + 1}`;
  const runs = picks.run && texts(column(from, picks.run));
  const isHeldOut = (row: number) => isTest?.[row] === true;
  const run = Array.from({ length: table.rows }, (_, row) => {
    const name = runs?.[row];
    if (name == null) return rowName(row);
    // A run may have rows to fit and rows that are held out.
    return isHeldOut(row) ? `${name}, ${rowName(row)}` : name;
  });
  const weights =
    picks.weights && numbers(from, column(from, picks.weights.pick), weightRule(picks.weights.kind));
  return [
    {
      from,
      table,
      role: run.map((_, row) => (isHeldOut(row) ? "target" : "fit")),
      run,
      group: picks.group && texts(column(from, picks.group)),
      inputs: mapValues(picks.inputs, (pick) => numbers(from, column(from, pick), NUMBER)),
      responses: new Map(
        picks.responses.map((pick) => [pick.name, numbers(from, column(from, pick), NUMBER)]),
      ),
      weights,
      cost: picks.cost && numbers(from, column(from, picks.cost), NUMBER),
      sourceRow,
    },
  ];
}

function weightRule(kind: "weights" | "sigma") {
  return kind === "weights"
    ? { allowed: "a number >= 0", holds: (value: number) => value >= 0, optional: false }
    : { allowed: "a number > 0", holds: (value: number) => value > 0, optional: false };
}

/** Rows of another table that are predicted: with the inputs, and perhaps with group and response. */
async function predictedRows(path: string, picks: Picks, request: FreeTableRequest): Promise<FreeRows> {
  const bare = await readTable(path, reading(request, []));
  const { group } = picks;
  const hasGroup = group !== undefined && ("sql" in group || findColumn(bare, group.column) !== undefined);
  const measured = picks.responses.filter(
    (pick) => "column" in pick && findColumn(bare, pick.column) !== undefined,
  );
  const wanted: Picks = {
    responses: measured,
    inputs: picks.inputs,
    group: hasGroup ? group : undefined,
    run: undefined,
    cost: undefined,
    weights: undefined,
  };
  const table = await readTable(path, reading(request, allPicks(wanted), wanted));
  const from: CellSource = { ...cellSource(table, path), missingWords: new Map() };
  return {
    from,
    table,
    role: new Array<Role>(table.rows).fill("target"),
    run: Array.from({ length: table.rows }, (_, row) => `${basename(path)}, row ${row + 1}`),
    group: wanted.group && texts(column(from, wanted.group)),
    inputs: mapValues(picks.inputs, (pick) =>
      numbers(from, column(from, pick), { ...NUMBER, optional: false }),
    ),
    responses: new Map(measured.map((pick) => [pick.name, numbers(from, column(from, pick), NUMBER)])),
    weights: undefined,
    cost: undefined,
    sourceRow: (row) => row,
  };
}

/** Puts rows together: one of each response and, where a row is for every group, of each group. */
function assemble(
  parts: readonly FreeRows[],
  picks: Picks,
  { fit, paths, where }: FreeTableRequest,
  { said, cautions }: { said: readonly string[]; cautions: FreeColumns["cautions"] },
): CheckpointTable {
  const [main] = parts;
  const groups = main?.group && [...new Set(main.group.filter((name) => name !== null))];
  const several = picks.responses.length > 1;
  const subjectOf = (response: string, group: string | undefined): string =>
    group === undefined ? response : several ? `${group}: ${response}` : group;
  const responses = new Map<string, string>();
  const subject: string[] = [];
  const run: string[] = [];
  const role: Role[] = [];
  const sourceRow: number[] = [];
  const y: number[] = [];
  const weights: number[] = [];
  const cost: number[] = [];
  const inputs = new Map(Array.from(picks.inputs.keys(), (name) => [name, [] as number[]]));
  const add = (part: FreeRows, row: number, response: string, group: string | undefined): void => {
    const name = subjectOf(response, group);
    responses.set(name, response);
    subject.push(name);
    run.push(part.run[row]!);
    role.push(part.role[row]!);
    sourceRow.push(firstRow + part.sourceRow(row));
    y.push(part.responses.get(response)?.[row] ?? Number.NaN);
    cost.push(part.cost?.[row] ?? Number.NaN);
    weights.push(part.weights?.[row] ?? 1);
    for (const [input, values] of inputs) values.push(part.inputs.get(input)![row]!);
  };
  let firstRow = 0;
  for (const part of [...parts, ...pointsAt(fit.at ?? [], picks, where)]) {
    for (const { name: response } of picks.responses) {
      for (let row = 0; row < part.run.length; row++) {
        const own = part.group?.[row];
        if (groups === undefined) add(part, row, response, undefined);
        else if (part.group === undefined) for (const group of groups) add(part, row, response, group);
        else if (own == null) throw cellError(part.from, row, fit.group!, "the cell is empty", "a group");
        else if (!groups.includes(own))
          throw cellError(
            part.from,
            row,
            fit.group!,
            JSON.stringify(own),
            `a group of the fitted table: ${groups.join(", ")}`,
          );
        else add(part, row, response, own);
      }
    }
    firstRow += part.from.origin.files.reduce((sum, file) => sum + file.rows, 0);
  }
  const rows = subject.length;
  const unknown = new Float64Array(rows).fill(Number.NaN);
  const { n = unknown, d = unknown, c = unknown } = countsByName(inputs);
  const given = picks.cost === undefined ? c : Float64Array.from(cost);
  const missing = new Array<null>(rows).fill(null);
  return {
    ...{ source: paths.join(", "), rows, run, role, n, d, subject },
    c: given.map((c, row) => (Number.isNaN(c) ? approximateFlops(n[row]!, d[row]!) : c)),
    step: new Float64Array(rows).fill(Number.NaN),
    ...{ family: missing, phase: missing, mixes: new Map() },
    metrics: new Map([[RESPONSE, Float64Array.from(y)]]),
    inputs: mapValues(inputs, (values) => Float64Array.from(values)),
    free: {
      ...(picks.weights && { weights: { kind: picks.weights.kind, values: Float64Array.from(weights) } }),
      ...{ responses, cautions },
    },
    allRows: parts.reduce((sum, { table: { rows } }) => sum + rows, 0),
    ...(said.length > 0 && { guessed: { columns: {}, remarks: [], unused: [], text: said.join("; ") } }),
    origin: { files: parts.flatMap(({ from }) => from.origin.files), sourceRow: Uint32Array.from(sourceRow) },
  };
}

/** A number as people write it, with all its digits: `7e9`, `0.001`. */
const shortest = (value: number): string => {
  const power = value.toExponential().replace("e+", "e");
  const plain = String(value);
  return power.length < plain.length ? power : plain;
};

/** Rows of inputs to predict at. */
function pointsAt(points: NonNullable<CheckedFit["at"]>, { inputs }: Picks, where: string): FreeRows[] {
  if (points.length === 0) return [];
  const names = [...inputs.keys()];
  for (const point of points) {
    for (const name of [...names, ...Object.keys(point)]) {
      if (names.includes(name) && Object.hasOwn(point, name)) continue;
      const problem = names.includes(name)
        ? `${JSON.stringify(point)} lacks ${name}`
        : `no law has an input ${JSON.stringify(name)}`;
      throw new UserError(`${where}: fit.at: ${problem}; allowed: a number for each of ${names.join(", ")}`);
    }
  }
  const table: Table = { rows: points.length, columns: [] };
  return [
    {
      from: { table, source: "fit.at", origin: { files: [] }, literalNaN: new Map() },
      table,
      role: points.map(() => "target"),
      run: points.map((point) => names.map((name) => `${name}=${shortest(point[name]!)}`).join(", ")),
      group: undefined,
      inputs: new Map(names.map((name) => [name, Float64Array.from(points, (point) => point[name]!)])),
      responses: new Map(),
      weights: undefined,
      cost: undefined,
      sourceRow: (row) => row,
    },
  ];
}
