import { openBackend } from "../solve/backends.ts";
import { findCompiler } from "../solve/compiler.ts";
import { NoKernelError } from "../solve/fallback.ts";
import { chooseInstructionSet, type InstructionSet, instructionSets } from "../solve/native.ts";
import type { BackendName, Problem, SolveOptions } from "../solve/problem.ts";
import { solveProblems, solveStarts } from "../solve/solve.ts";
import { mean } from "../statistics.ts";
import { countOf } from "../text.ts";
import { clockNow, medianSeconds, type Seconds, secondsSince } from "./clock.ts";
import type { PeerProblem } from "./exchange.ts";
import { type PresentPeer, runPeer } from "./peers.ts";
import type { Measurement, SearchMeasurement } from "./score.ts";

/** Runs of a peer on one problem, each with its own part of the starts and of the time. */
const repetitions = 3;

/**
 * Measures a peer on one problem: as many of the starts as it can solve in the time.
 *
 * @param seconds limit of the solving alone; at least one start a repetition is solved
 * @throws Error where the program fails
 */
export async function measurePeer(
  peer: PresentPeer,
  problem: PeerProblem,
  seconds: number,
): Promise<Measurement> {
  const total = problem.starts.length;
  const starts: number[] = [];
  const objective: number[] = [];
  const times: Seconds[] = [];
  let iterations = 0;
  for (let r = 0; r < repetitions; r++) {
    const first = Math.floor((r * total) / repetitions);
    const part = problem.starts.slice(first, Math.floor(((r + 1) * total) / repetitions));
    if (part.length === 0) continue;
    const { results } = await runPeer(peer, {
      problems: [{ ...problem, starts: part }],
      seconds: seconds / repetitions,
    });
    const result = results[0]!;
    result.objective.forEach((value, i) => {
      starts.push(first + i);
      objective.push(value ?? Number.NaN);
      iterations += result.iterations[i]!;
    });
    times.push({ wall: result.seconds / result.starts, processor: result.processorSeconds / result.starts });
  }
  return {
    program: peer.name,
    starts,
    objective,
    iterations: iterations / starts.length,
    secondsPerFit: medianSeconds(times),
  };
}

/**
 * Measures the peers that can solve the problem, one after the other. One that fails does not end the benchmark: it
 * is reported with the reason.
 */
export async function measurePeers(
  peers: readonly PresentPeer[],
  problem: PeerProblem,
  seconds: number,
): Promise<{ measurements: Measurement[]; failed: { name: string; reason: string }[] }> {
  const measurements: Measurement[] = [];
  const failed: { name: string; reason: string }[] = [];
  for (const peer of peers.filter(({ supports }) => supports(problem))) {
    try {
      measurements.push(await measurePeer(peer, problem, seconds));
    } catch (error) {
      failed.push({ name: `${peer.name} on ${problem.name}`, reason: (error as Error).message });
    }
  }
  return { measurements, failed };
}

/** lawfit itself on one backend, ready to be measured. */
export interface LawfitProgram {
  /** `lawfit-avx512`, `lawfit-avx2`, `lawfit-wasm`, `lawfit-tfjs`. */
  name: string;
  present: true;
  /** Instruction set and compiler. */
  version: string;
  backend: BackendName;
  /** The instruction set that the native backend must take; undefined is the machine's best. */
  instructionSet?: string;
}

interface AbsentProgram {
  name: string;
  present: false;
  reason: string;
}

/**
 * Names that `--backends` takes: the machine's best instruction set, AVX2 on a machine that has more, WebAssembly, and
 * TensorFlow.js.
 */
export const benchBackends = ["native", "avx2", "portable", "tfjs"] as const;

/** Those that are measured where nobody names any. TensorFlow.js takes too long for that. */
const usualBackends: readonly string[] = benchBackends.filter((name) => name !== "tfjs");

type BenchBackend = (typeof benchBackends)[number];

/** The backends that are wanted, each ready or with the reason why not. */
export async function findLawfitPrograms(
  wanted: readonly string[] = usualBackends,
): Promise<(LawfitProgram | AbsentProgram)[]> {
  const compiler = await findCompiler();
  const best = "reason" in compiler ? compiler : await chooseInstructionSet(compiler).catch(whyNone);
  const native = (set: InstructionSet): LawfitProgram => ({
    name: `lawfit-${set.name}`,
    present: true,
    version: `${countOf(set.lanes, "lane")}, ${"version" in compiler ? compiler.version : ""}`,
    backend: "native",
    instructionSet: set.name,
  });
  const find: Record<BenchBackend, () => Promise<LawfitProgram | AbsentProgram>> = {
    native: async () =>
      "reason" in best ? { name: "lawfit-native", present: false, ...best } : native(best),
    avx2: async () => {
      const absent = { name: "lawfit-avx2", present: false } as const;
      if ("reason" in best) return { ...absent, ...best };
      if (best.name === "avx512") return native(instructionSets.avx2!);
      return { ...absent, reason: `native takes ${best.name} here; AVX2 is measured in addition to AVX-512` };
    },
    portable: () => findOpened("portable", "lawfit-wasm", () => "2 lanes"),
    tfjs: () => findOpened("tfjs", "lawfit-tfjs", (description) => description),
  };
  return Promise.all(benchBackends.filter((name) => wanted.includes(name)).map((name) => find[name]()));
}

function whyNone(error: unknown): { reason: string } {
  if (error instanceof NoKernelError) return { reason: error.message };
  throw error;
}

/** A backend that is there where it opens. */
async function findOpened(
  backend: BackendName,
  name: string,
  versionOf: (description: string) => string,
): Promise<LawfitProgram | AbsentProgram> {
  try {
    const opened = await openBackend(backend, 1);
    await opened.close();
    return { name, present: true, version: versionOf(opened.description), backend };
  } catch (error) {
    return { name, present: false, reason: (error as Error).message };
  }
}

/** Solves of one start before all others: Node optimises the JavaScript around the kernels, which takes it some calls. */
const briefSolves = 20;

/** Solves before the clock counts: the kernel is compiled and loaded, WebAssembly's code optimised. */
const warmUp = 20;

/** Searches under `starts: auto` for each repetition, and as many before them for the JavaScript around the kernels. */
const searches = 20;

interface LawfitMeasureOptions {
  starts: number;
  seed: number;
  /** Timed solves of the problem, of which the median counts. */
  repetitions: number;
}

/**
 * Measures lawfit on one problem and one thread through the functions that its users call: `solveProblems` is timed
 * from problem to problem on a backend that stays open, and `solveStarts` says where every start of the same solve
 * ended. What is timed includes packing the problem, the exact finish of its best start and the solution's diagnosis.
 */
export async function measureLawfit(
  program: LawfitProgram,
  problem: Problem,
  { starts, seed, repetitions }: LawfitMeasureOptions,
): Promise<Measurement> {
  const options: SolveOptions = { backend: program.backend, threads: 1, starts, seed };
  return withInstructionSet(program.instructionSet, async () => {
    const { objective, iterations } = await solveStarts(problem, options);
    const time = program.backend === "tfjs" ? secondsTogether : secondsEach;
    const seconds = await time(problem, options, repetitions);
    return {
      program: program.name,
      starts: Array.from(objective, (_, start) => start),
      objective,
      iterations: mean(iterations),
      secondsPerFit: divided(seconds, objective.length),
      search: await measureSearch(problem, { ...options, starts: "auto" }, repetitions),
    };
  });
}

/** Searches as users get them, with as many starts as their ends ask for: too short to be timed each, so their mean counts. */
async function measureSearch(
  problem: Problem,
  options: SolveOptions,
  repetitions: number,
): Promise<SearchMeasurement> {
  const before = options.backend === "tfjs" ? 0 : searches;
  const counted = options.backend === "tfjs" ? repetitions : searches * repetitions;
  let begin = clockNow();
  const results = await solveProblems(new Array<Problem>(before + counted).fill(problem), {
    ...options,
    onBackend: () => {
      begin = clockNow();
    },
    onProgress: (done) => {
      if (done === before) begin = clockNow();
    },
  });
  const seconds = secondsSince(begin);
  const found = results[0]!;
  const { starts, objective } =
    "solution" in found ? found.solution : { starts: Number.NaN, objective: Number.NaN };
  return { starts, objective, seconds: divided(seconds, counted) };
}

function divided({ wall, processor }: Seconds, count: number): Seconds {
  return { wall: wall / count, processor: processor / count };
}

/** Seconds of a solve: the median of those of one problem after another. */
async function secondsEach(problem: Problem, options: SolveOptions, repetitions: number): Promise<Seconds> {
  await solveProblems(new Array<Problem>(briefSolves).fill(problem), { ...options, starts: 1 });
  const seconds: Seconds[] = [];
  let last = clockNow();
  await solveProblems(new Array<Problem>(warmUp + repetitions).fill(problem), {
    ...options,
    onBackend: () => {
      last = clockNow();
    },
    onProgress: () => {
      seconds.push(secondsSince(last));
      last = clockNow();
    },
  });
  return medianSeconds(seconds.slice(warmUp));
}

/** Seconds of a solve on a backend that takes many problems into one batch: their mean. */
async function secondsTogether(
  problem: Problem,
  options: SolveOptions,
  repetitions: number,
): Promise<Seconds> {
  let begin = clockNow();
  await solveProblems(new Array<Problem>(repetitions).fill(problem), {
    ...options,
    onBackend: () => {
      begin = clockNow();
    },
  });
  return divided(secondsSince(begin), repetitions);
}

/** Runs the work with $LAWFIT_INSTRUCTION_SET set, which the native backend reads when it is opened. */
async function withInstructionSet<Result>(
  set: string | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (set === undefined) return work();
  const before = process.env.LAWFIT_INSTRUCTION_SET;
  process.env.LAWFIT_INSTRUCTION_SET = set;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.LAWFIT_INSTRUCTION_SET;
    else process.env.LAWFIT_INSTRUCTION_SET = before;
  }
}
