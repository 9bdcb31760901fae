import { createHash } from "node:crypto";
import type { StageUse } from "../bootstrap/plan-bootstrap.ts";
import type { OutcomeStore, ResampleSession } from "../bootstrap/resample-use.ts";
import type { Bootstrap } from "../bootstrap/spec.ts";
import { getOrInsert } from "../collections.ts";
import type { Form } from "../forms/form.ts";
import { problemKey } from "../plan/shared-problems.ts";
import type { Solver } from "../plan/solver.ts";
import { limiter } from "../solve/in-parallel.ts";
import { defaultIterationLimit } from "../solve/pack.ts";
import type { Problem, SolveOptions, SolveResult } from "../solve/problem.ts";
import { firstStarts, freshStartsOf } from "../solve/search/start-count.ts";
import { solvedForm } from "../solve/units.ts";
import type { TableChecksum } from "../spec/read-table.ts";
import type { ResultStore } from "../store/result-store.ts";
import { version } from "../version.ts";
import { kernelVersion } from "./job-state.ts";

/** Keys of finished work: hashes, 32 hexadecimal digits, of everything that its numbers depend on. */
export class WorkKeys {
  readonly #context: string;
  readonly #sources = new WeakMap<Form, string>();

  /** @param backend kind of it: bits are the same on all machines of a kind (docs/solver.md), not between kinds */
  constructor(backend: string, tables: readonly TableChecksum[]) {
    const sums = tables.map(({ sha256 }) => sha256);
    this.#context = JSON.stringify([version, kernelVersion(), backend, sums]);
  }

  /** The key of a problem's solution. */
  solved(
    problem: Problem,
    { starts = "auto", seed = 0, iterationLimit = defaultIterationLimit }: SolveOptions,
  ): string {
    // The problem's key selects the random numbers; its content may differ (a parameter that is held).
    const content = [problem.key, problemKey(problem), this.#source(problem)];
    return this.#hash("solved", ...content, starts, seed, iterationLimit);
  }

  /**
   * The key of a stage's replicates.
   *
   * @param uses of the same plan: those that it is made with among them
   */
  resampled(
    use: StageUse,
    uses: ReadonlyMap<string, StageUse>,
    bootstrap: Bootstrap,
    { seed, leftOut, byForms = false }: { seed: number; leftOut: boolean; byForms?: boolean },
  ): string {
    const { population, solution } = use;
    const { scheme, resamples, blockLength } = bootstrap;
    const freshStarts = freshStartsOf(bootstrap.freshStarts, use.problem, solution);
    const before = use.after.map((key) => this.resampled(uses.get(key)!, uses, bootstrap, { seed, leftOut }));
    const { name, runs, strata } = population;
    return this.#hash(
      ...["resampled", use.key, this.#source(use.problem), name, runs, strata],
      ...[Buffer.from(solution.parameters.slice().buffer).toString("hex"), use.isApart, before],
      ...[scheme.name, resamples, blockLength, freshStarts, seed, leftOut],
      // Which these are, and how they share the replicates, follows from the rest and the version.
      ...(byForms ? ["by forms"] : []),
    );
  }

  #source(problem: Problem): string {
    const { form, training } = problem;
    if (training) return form.trainingSource;
    const solved = solvedForm(problem);
    // Its hash, because a source is longer than all else that the key is made of.
    return getOrInsert(this.#sources, solved, () => this.#hash(solved.kernelSource, startsOf(form, solved)));
  }

  #hash(...parts: readonly unknown[]): string {
    return createHash("sha256")
      .update(this.#context)
      .update(JSON.stringify(parts))
      .digest("hex")
      .slice(0, 32);
  }
}

/** The intervals of starts in the solver's units, which the key of a problem does not have: those of a grid over inputs from 1 to 2. */
function startsOf(form: Form, solved: Form): unknown {
  if (solved !== form) return solved.record.startRanges;
  const { start, grid } = form.record.units ?? {};
  const grids = grid?.(Object.fromEntries(form.variableNames.map((name) => [name, [1, 2]])));
  return [start, grids];
}

/** The store of a sweep's finished work, and how it is used. */
interface WorkStore {
  store: ResultStore;
  keys: WorkKeys;
  /** Whether the work on a problem belongs to another shard of the job. @default none does */
  isBorrowed?: ((problemKey: string) => boolean) | undefined;
  /** Called with the number of fits that need not be done again. */
  onFound?: ((fits: number) => void) | undefined;
}

/** Number of fits in a chunk of problems that go to the solver together. */
const CHUNK_FITS = 16_384;
const CHUNK_PROBLEMS = 64;
/** Number of chunks in flight, so that the device need not wait for the last problem of one. */
const CHUNKS_AT_ONCE = 2;

/** A session that keeps what it solved, and solves nothing that is kept. */
export function storedSession(session: ResampleSession, work: WorkStore): ResampleSession {
  return { ...session, solve: storedSolver(session, work), kept: keptOutcomes(session, work) };
}

function storedSolver(session: ResampleSession, { store, keys, isBorrowed, onFound }: WorkStore): Solver {
  return async (problems, options) => {
    const { onProgress } = options;
    const keyOf = problems.map((problem) => keys.solved(problem, options));
    const kept = await store.get(keyOf);
    const missing = problems.flatMap((_, i) => (kept.has(keyOf[i]!) ? [] : [i]));
    const results = keyOf.map((key) => kept.get(key) as SolveResult);
    let done = problems.length - missing.length;
    if (done > 0) {
      onFound?.(
        results.reduce(
          (sum, result) => sum + (result && "solution" in result ? result.solution.starts : 0),
          0,
        ),
      );
      onProgress?.(done, problems.length);
    }
    // The progress of a chunk is not that of the whole.
    const { onProgress: _, ...quiet } = options;
    let hasFailed = false;
    const solveChunk = async (chunk: readonly number[]): Promise<void> => {
      // After an error no chunk is started, and those in flight are kept. The first error is reported.
      if (hasFailed) return;
      try {
        const solved = await session.solve(
          chunk.map((i) => problems[i]!),
          { ...quiet, ...(onProgress && { onProgress: () => onProgress(++done, problems.length) }) },
        );
        for (const [c, i] of chunk.entries()) {
          results[i] = solved[c]!;
          await store.put(keyOf[i]!, solved[c], isBorrowed?.(problems[i]!.key) ?? false);
        }
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    };
    const { compileKernels } = await import("../solve/solve.ts");
    const wanted = missing.map((i) => problems[i]!);
    if (missing.length > 0) await compileKernels(await session.backend(), wanted, options);
    const inTurn = limiter(CHUNKS_AT_ONCE);
    const size = await chunkSize(session, wanted, options);
    const chunks = Array.from({ length: Math.ceil(missing.length / size) }, (_, c) =>
      missing.slice(c * size, (c + 1) * size),
    );
    const outcomes = await Promise.allSettled(chunks.map((chunk) => inTurn(() => solveChunk(chunk))));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    return results;
  };
}

async function chunkSize(
  session: ResampleSession,
  problems: readonly Problem[],
  options: SolveOptions,
): Promise<number> {
  if (problems.length === 0) return 1;
  const starts = Math.max(1, firstStarts(problems[0]!, options));
  const { concurrency } = await session.backend();
  // A GPU takes thousands of requests at once.
  return Math.max(concurrency, Math.min(CHUNK_PROBLEMS, Math.ceil(CHUNK_FITS / starts)));
}

function keptOutcomes(
  { absent }: ResampleSession,
  { store, keys, isBorrowed, onFound }: WorkStore,
): OutcomeStore {
  return async <Made>(request: Parameters<OutcomeStore>[0], make: () => Promise<Made>): Promise<Made> => {
    const { use, uses, bootstrap } = request;
    const key = keys.resampled(use, uses, bootstrap, request);
    const kept = (await store.get([key])).get(key);
    if (kept !== undefined) {
      onFound?.(bootstrap.resamples * (1 + freshStartsOf(bootstrap.freshStarts, use.problem, use.solution)));
      return kept as Made;
    }
    if (absent !== undefined) throw absent(use.problem.key);
    const made = await make();
    await store.put(key, made, isBorrowed?.(use.problem.key) ?? false);
    return made;
  };
}
