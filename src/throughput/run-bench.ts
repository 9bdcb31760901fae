import { cpus } from "node:os";
import { notAmong, UserError } from "../errors.ts";
import { forms, getForm } from "../forms/registry.ts";
import { hasInterpreter } from "../solve/interpreted/backend.ts";
import { randomStarts } from "../solve/solve.ts";
import { version } from "../version.ts";
import { type BenchProblem, formProblem, ladderSeries, readSeriesSource } from "./bench-problems.ts";
import { toPeerProblem } from "./exchange.ts";
import {
  benchBackends,
  findLawfitPrograms,
  type LawfitProgram,
  measureLawfit,
  measurePeers,
} from "./measure.ts";
import { availablePeers, type PresentPeer, peerNames } from "./peers.ts";
import { type BenchRow, type Measurement, scoreProblem } from "./score.ts";
import { type FormsSpeed, measureForms } from "./search-forms.ts";

export interface BenchOptions {
  /** Names of series of the ladder. @default all, or none where `forms` are named */
  series?: readonly string[] | undefined;
  /** Names of built-in forms. @default all, or none where `series` are named */
  forms?: readonly string[] | undefined;
  /** Of native, avx2, portable, tfjs. @default the first three */
  backends?: readonly string[] | undefined;
  /** @default all that are installed */
  peers?: readonly string[] | undefined;
  /** Random starts of a problem. @default 2000 */
  starts?: number | undefined;
  /** Seconds of processor time of each peer on each problem. @default 1 */
  seconds?: number | undefined;
  /** Timed solves of lawfit, of which the median counts. @default 5 */
  repetitions?: number | undefined;
  /** @default 0 */
  seed?: number | undefined;
  /** Folder of the OLMo ladder's runs. @default where they are found, else the simulated sample */
  real?: string | undefined;
  /** Called as problems are done. */
  onProgress?: (done: number, total: number) => void;
}

/** Forms of each number of parameters by which the search for laws is timed. */
const FORMS_OF_EACH = 8;

export interface BenchReport {
  version: string;
  /** Time of the end, ISO 8601. */
  date: string;
  machine: { processor: string; cores: number; system: string; node: string };
  /** Whether the series are real runs or the simulated sample; null where no series was measured. */
  data: "real" | "simulated" | null;
  starts: number;
  seconds: number;
  repetitions: number;
  seed: number;
  programs: { name: string; version: string }[];
  /** Programs that could not be measured, and why. */
  absent: { name: string; reason: string }[];
  rows: BenchRow[];
  /** How fast `lawfit search` tries forms; null where series or forms are named, or no native backend is there. */
  search: FormsSpeed | null;
}

/**
 * Measures how many fits a second lawfit and the installed peers solve, each on one thread, on the same problems from
 * the same random starts. docs/benchmarks.md says what is measured and how.
 *
 * @throws UserError for unknown names, or where no backend of lawfit works
 */
export async function runBench(options: BenchOptions = {}): Promise<BenchReport> {
  const { starts = 2000, seconds = 1, repetitions = 5, seed = 0 } = options;
  checkNames("backends", options.backends, benchBackends);
  checkNames("peers", options.peers, peerNames);
  const { problems, data } = await benchProblems(options);
  const programs = await findLawfitPrograms(options.backends);
  const backends = programs.filter((program): program is LawfitProgram => program.present);
  const candidates = await availablePeers({ names: options.peers });
  const peers = candidates.filter((peer): peer is PresentPeer => peer.present);
  const absent = [...programs, ...candidates].flatMap((program) =>
    program.present ? [] : [{ name: program.name, reason: program.reason }],
  );
  if (backends.length === 0) {
    throw new UserError(
      `no backend to measure: ${absent.map(({ name, reason }) => `${name}: ${reason}`).join("; ")}`,
    );
  }
  const rows: BenchRow[] = [];
  for (const [done, entry] of problems.entries()) {
    options.onProgress?.(done, problems.length);
    const measurements: Measurement[] = [];
    for (const program of backends) {
      measurements.push(await measureLawfit(program, entry.problem, { starts, seed, repetitions }));
    }
    const initial = await randomStarts(entry.problem, { backend: backends[0]!.backend, starts, seed });
    const peerProblem = toPeerProblem(entry.name, entry.problem, initial);
    if (peerProblem) {
      const answers = await measurePeers(peers, peerProblem, seconds);
      measurements.push(...answers.measurements);
      absent.push(...answers.failed);
    }
    rows.push(...scoreProblem(entry, measurements));
  }
  const isWhole = options.series === undefined && options.forms === undefined;
  const isNative = backends.some(({ backend }) => hasInterpreter(backend));
  const search = isWhole && isNative ? await measureForms(FORMS_OF_EACH, seed) : null;
  options.onProgress?.(problems.length, problems.length);
  return {
    version,
    date: new Date().toISOString(),
    machine: machine(),
    data,
    starts,
    seconds,
    repetitions,
    seed,
    programs: [...backends, ...peers].map(({ name, version }) => ({ name, version })),
    absent,
    rows,
    search,
  };
}

/** The problems that are asked for: naming series leaves the forms out, and the other way round. */
async function benchProblems({
  series,
  forms: formNames,
  real,
}: BenchOptions): Promise<{ problems: BenchProblem[]; data: BenchReport["data"] }> {
  const all = [...forms.keys()];
  checkNames("forms", formNames, all);
  const names = formNames ?? (series?.length ? [] : all);
  const made = (): BenchProblem[] => names.map((name) => formProblem(getForm(name)));
  if (series?.length === 0 || (formNames?.length && !series)) {
    if (names.length === 0) throw new UserError("--series none --forms none: nothing is left to measure");
    return { problems: made(), data: null };
  }
  const { table, data } = await readSeriesSource(real);
  const seriesOfTable = ladderSeries(table);
  checkNames(
    "series",
    series,
    seriesOfTable.map(({ name }) => name),
  );
  const wanted = seriesOfTable.filter(({ name }) => series?.includes(name) ?? true);
  return { problems: [...wanted, ...made()], data };
}

function checkNames(option: string, names: readonly string[] = [], allowed: readonly string[]): void {
  const unknown = names.find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  throw new UserError(`--${option}: unknown name ${notAmong(unknown, allowed)}`);
}

function machine(): BenchReport["machine"] {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? process.arch,
    cores: all.length,
    system: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}
