import { getOrInsert } from "../../collections.ts";
import { UserError } from "../../errors.ts";
import { countOf } from "../../text.ts";
import { approximateFlops, type CheckpointTable, type Role } from "../checkpoint-table.ts";
import { describeRow } from "../origin.ts";
import { someOf } from "./import-log.ts";
import { chanceLevel, type Imported, type ImportOptions } from "./importer.ts";
import { type Measurement, Measurements } from "./measurements.ts";
import { type NamedSize, readModelName } from "./model-names.ts";
import { type ModelFacts, ModelsTable } from "./models-table.ts";
import { nameMetrics } from "./name-metrics.ts";
import { addQuestionGroups } from "./question-groups.ts";

/** A measurement whose run and sizes are known. */
interface Placed extends Measurement {
  run: string;
  n: number;
  d: number;
  c: number;
  step: number;
}

/** Where counts come from, by the model, for notes. */
type Sources = Map<string, Map<string, string>>;

/**
 * The checkpoint table of measurements: sizes are those of the side table, else of the files, else of the names of models; checkpoints
 * that are there several times are kept once; of each subject one metric is its loss and one its accuracy. The measurements are changed.
 *
 * @param source name of the whole in messages
 * @throws UserError where nothing is left, saying why
 */
export async function assemble(
  given: Measurements,
  source: string,
  options: ImportOptions,
): Promise<Imported> {
  const { log, files } = given;
  const models = options.models === undefined ? undefined : await ModelsTable.read(options.models);
  const placed = placeRows(given, models, options);
  for (const note of models?.unused(given.rows.map(({ model }) => model)) ?? []) log.note(note);
  const rows = mergeRepeated(placed, given, options.keep ?? "last");
  if (rows.length === 0) {
    throw new UserError([`${source}: nothing is left to import`, ...log.lines()].join("; "));
  }
  const accuracies = nameMetrics(rows, log, options.main);
  addChances(rows, log);
  if (options.questionGroups !== undefined) addQuestionGroups(rows, options.questionGroups, accuracies, log);
  const place = runPlaces(rows);
  rows.sort((a, b) => order(place, a, b));
  return { table: tableOf(rows, source, files), notes: log.lines() };
}

/** Place of each run in the order of appearance. */
function runPlaces(rows: readonly Placed[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { run } of rows) if (!found.has(run)) found.set(run, found.size);
  return found;
}

function order(place: ReadonlyMap<string, number>, a: Placed, b: Placed): number {
  return place.get(a.run)! - place.get(b.run)! || a.d - b.d || (a.step || 0) - (b.step || 0);
}

/** Gives each measurement its run, size and tokens; those without are counted as left out. */
function placeRows(
  { rows, log }: Measurements,
  models: ModelsTable | undefined,
  options: ImportOptions,
): Placed[] {
  const named = new Map<string, { size: NamedSize; facts: readonly ModelFacts[] }>();
  const from: Sources = new Map();
  const placed: Placed[] = [];
  for (const row of rows) {
    const { model, revision = "" } = row;
    const { size, facts } = getOrInsert(named, `${model}\n${revision}`, () => ({
      size: readModelName(model, revision, options.pattern),
      facts: models?.of(model, revision) ?? [],
    }));
    const of = sizesOf(row, size, facts, options, from);
    const checkpoint = revision === "" ? model : `${model}@${revision}`;
    if (typeof of === "string") {
      log.drop("row", of, checkpoint);
      continue;
    }
    placed.push(Object.assign(row, of));
  }
  noteSources(from, log);
  return placed;
}

/** Sizes of a measurement, or why it has none. */
function sizesOf(
  row: Measurement,
  size: NamedSize,
  facts: readonly ModelFacts[],
  { tokensPerStep }: ImportOptions,
  from: Sources,
):
  | (Pick<Placed, "run" | "n" | "d" | "c" | "step"> & {
      role?: Role;
      family?: string | null;
      phase?: string | null;
    })
  | string {
  const { model } = row;
  const said = <Key extends keyof ModelFacts>(key: Key) =>
    facts.map((fact) => fact[key]).find((value) => value !== null && !Number.isNaN(value)) as
      | ModelFacts[Key]
      | undefined;
  const noteSource = (key: string, source: string) =>
    getOrInsert(from, `${key}\n${source}`, () => new Map()).set(model, model);
  const take = (
    key: "n" | "d",
    candidates: readonly (readonly [source: string, value: number | undefined])[],
  ) => {
    const [source, value] = candidates.find(([, value]) => value !== undefined && !Number.isNaN(value)) ?? [];
    if (source !== undefined && value !== 0) noteSource(key, source);
    return value as number | undefined;
  };
  const n = take("n", [
    ["the side table", said("n")],
    ["the files", row.n],
    ["the names of models, rounded as they are there", size.n],
  ]);
  if (n === undefined) return "the number of parameters is not known; give it in the column n of --models";
  if (!(n > 0)) return `${n} parameters; allowed: above 0`;
  const step = said("step") ?? row.step ?? size.step ?? Number.NaN;
  const exact = facts.find(({ revision }) => revision !== null);
  if (size.stage !== undefined && Number.isNaN(exact?.d ?? Number.NaN)) {
    return `tokens of ${size.stage.slice(0, 6)} begin anew; give d of these revisions in --models`;
  }
  const perStep = said("tokensPerStep") ?? tokensPerStep ?? knownTokensPerStep(model);
  const hasStep = !Number.isNaN(step);
  // Tokens of a model as a whole are those at its end, which a checkpoint of a known step need not be.
  const isEnd = (row.step ?? size.step) === undefined;
  const d = take("d", [
    ["the side table", exact?.d],
    ["the files", row.d],
    ["the names", size.d],
    ["the side table", isEnd ? said("d") : undefined],
    [`steps of ${perStep} tokens`, hasStep && perStep !== undefined ? step * perStep : undefined],
    ["step 0", step === 0 ? 0 : undefined],
    ["the names", isEnd ? size.endD : undefined],
    [
      "20 tokens a parameter times the multiple in the names (xC)",
      isEnd && size.chinchilla !== undefined ? 20 * n * size.chinchilla : undefined,
    ],
  ]);
  if (d === undefined) {
    return hasStep
      ? "the tokens of a step are not known; give --tokens-per-step, or tokens_per_step or d in --models"
      : "the training tokens are not known; give them in the column d of --models";
  }
  if (!(d > 0)) return "no tokens seen (step 0)";
  const c = said("c") ?? row.c ?? approximateFlops(n, d);
  const base =
    said("run") ?? (size.rest === "" || (exact?.run ?? null) !== null ? model : `${model}@${size.rest}`);
  const [role, family, phase] = [
    said("role") ?? row.role,
    said("family") ?? row.family,
    said("phase") ?? row.phase,
  ];
  return {
    ...{ run: base, n, d, c, step },
    ...(role && { role }),
    ...(family != null && { family }),
    ...(phase != null && { phase }),
  };
}

/** Tokens of a step of families that say so: 1024 sequences of 2048 tokens (Pythia, arXiv 2304.01373). */
function knownTokensPerStep(model: string): number | undefined {
  return /(^|[\\/])pythia-(?!.*mtokbs)/i.test(model) ? 2_097_152 : undefined;
}

function noteSources(from: Sources, log: Measurements["log"]): void {
  for (const [key, models] of from) {
    const [count, source] = key.split("\n") as [string, string];
    if (source === "the files" || source === "the side table") continue;
    log.note(`${count} of ${countOf(models.size, "model")} is from ${source}: ${someOf(models.keys())}`);
  }
}

/** Says of runs that have several numbers of parameters, which a law would take for several models. */
function noteSizes(rows: readonly Placed[], log: Measurements["log"]): void {
  const sizes = new Map<string, Set<number>>();
  for (const { run, n } of rows) getOrInsert(sizes, run, () => new Set()).add(n);
  for (const [run, found] of sizes) {
    if (found.size > 1)
      log.each(
        "run",
        "several numbers of parameters; --models can say which",
        `${run}: ${[...found].join(", ")}`,
      );
  }
}

/** Joins what is said of one checkpoint and subject in several places; where the same is said several times, one is kept. */
function mergeRepeated(
  rows: readonly Placed[],
  { log, files }: Measurements,
  keep: NonNullable<ImportOptions["keep"]>,
): Placed[] {
  const merged = new Map<string, Placed>();
  noteSizes(rows, log);
  const repeated = new Map<string, boolean>();
  for (const row of rows) {
    const key = `${row.run}\n${Number.isNaN(row.step) ? -row.d : row.step}\n${row.subject}\n${row.phase ?? ""}`;
    const before = merged.get(key);
    if (before === undefined) {
      merged.set(key, row);
      continue;
    }
    for (const [name, value] of row.metrics) {
      const other = before.metrics.get(name);
      if (other !== undefined) {
        if (keep === "refuse") throw twice(before, row, name, files);
        repeated.set(key, (repeated.get(key) ?? false) || other !== value);
      }
      if (other === undefined || keep === "last") before.metrics.set(name, value);
    }
    if (keep === "last") before.row = row.row;
    if (before.answers === undefined || keep === "last") before.answers = row.answers ?? before.answers;
  }
  if (repeated.size > 0) {
    const differing = [...repeated.values()].filter(Boolean).length;
    const runs = new Set(Array.from(repeated.keys(), (key) => key.slice(0, key.indexOf("\n"))));
    log.note(
      `${countOf(repeated.size, "checkpoint")} and subject${repeated.size === 1 ? "" : "s"} of ${countOf(runs.size, "run")} are there more than once ` +
        `(${someOf(runs)}): the ${keep} is kept (--keep ${keep}); ${differing} differ in value`,
    );
  }
  return [...merged.values()];
}

function twice(first: Placed, second: Placed, metric: string, files: Measurements["files"]): UserError {
  const at = (row: number) => describeRow({ files }, row);
  return new UserError(
    `${at(second.row)}: ${metric} of ${JSON.stringify(first.run)} on ${JSON.stringify(first.subject)} at the same checkpoint was ` +
      `already given in ${at(first.row)}; allowed: one, or --keep last or first`,
  );
}

/** Chance levels of scored tasks: those that the questions gave, else the known ones. */
function addChances(rows: readonly Placed[], log: Measurements["log"]): void {
  const unknown = new Set<string>();
  for (const { subject, metrics } of rows) {
    if (!metrics.has("accuracy") || metrics.has("chance")) continue;
    const chance = chanceLevel(subject);
    if (chance === undefined) unknown.add(subject);
    else metrics.set("chance", chance);
  }
  if (unknown.size > 0) log.note(`chance level not known, so none given: ${someOf(unknown)}`);
}

function tableOf(rows: readonly Placed[], source: string, files: Measurements["files"]): CheckpointTable {
  const numbers = (pick: (row: Placed) => number | undefined) =>
    Float64Array.from(rows, (row) => pick(row) ?? Number.NaN);
  const named = (pick: (row: Placed) => ReadonlyMap<string, number> | undefined) => {
    const names = new Set(rows.flatMap((row) => [...(pick(row)?.keys() ?? [])]));
    return new Map(Array.from(names, (name) => [name, numbers((row) => pick(row)?.get(name))] as const));
  };
  const metrics = named((row) => row.metrics);
  const rank = (name: string) => MAIN.indexOf(name) >>> 0;
  return {
    source,
    rows: rows.length,
    run: rows.map(({ run }) => run),
    role: rows.map(({ role }) => role ?? "fit"),
    n: numbers(({ n }) => n),
    d: numbers(({ d }) => d),
    c: numbers(({ c }) => c),
    step: numbers(({ step }) => step),
    subject: rows.map(({ subject }) => subject),
    family: rows.map(({ family }) => family ?? null),
    phase: rows.map(({ phase }) => phase ?? null),
    metrics: new Map([...metrics].sort(([a], [b]) => rank(a) - rank(b))),
    mixes: named((row) => row.mix),
    origin: { files, sourceRow: Uint32Array.from(rows, ({ row }) => row) },
  };
}

const MAIN = ["loss", "loss_stderr", "accuracy", "accuracy_stderr", "chance", Measurements.QUESTIONS];
