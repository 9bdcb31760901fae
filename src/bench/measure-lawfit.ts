import type { Problem, SolveOptions } from "../solve/problem.ts";
import { solveProblems, solveStarts } from "../solve/solve.ts";
import type { LawfitProgram } from "./lawfit-programs.ts";
import { type Measurement, median } from "./measurement.ts";

/** Solves of one start before all others: Node optimises the JavaScript around the kernels, which takes it some calls. */
const briefSolves = 20;

/** Solves before the clock counts: the kernel is compiled and loaded, WebAssembly's code optimised. */
const warmUp = 20;

export interface LawfitMeasureOptions {
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
      iterations: iterations.reduce((sum, count) => sum + count, 0) / iterations.length,
      fitsPerSecond: objective.length / seconds,
    };
  });
}

/** Seconds of a solve: the median of those of one problem after another. */
async function secondsEach(problem: Problem, options: SolveOptions, repetitions: number): Promise<number> {
  await solveProblems(new Array<Problem>(briefSolves).fill(problem), { ...options, starts: 1 });
  const seconds: number[] = [];
  let last = 0;
  await solveProblems(new Array<Problem>(warmUp + repetitions).fill(problem), {
    ...options,
    onBackend: () => {
      last = performance.now();
    },
    onProgress: () => {
      const now = performance.now();
      seconds.push((now - last) / 1000);
      last = now;
    },
  });
  return median(seconds.slice(warmUp));
}

/** Seconds of a solve on a backend that takes many problems into one batch: their mean. */
async function secondsTogether(
  problem: Problem,
  options: SolveOptions,
  repetitions: number,
): Promise<number> {
  let begin = 0;
  await solveProblems(new Array<Problem>(repetitions).fill(problem), {
    ...options,
    onBackend: () => {
      begin = performance.now();
    },
  });
  return (performance.now() - begin) / 1000 / repetitions;
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
