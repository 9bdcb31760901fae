import type { OutcomeStore, ResampleSession } from "../bootstrap/resample-use.ts";
import type { Solver } from "../plan/solver.ts";
import { limiter } from "../solve/in-parallel.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { ResultStore } from "../store/result-store.ts";
import type { WorkKeys } from "./work-keys.ts";

/** Where a sweep's finished work is kept. */
export interface WorkStore {
  store: ResultStore;
  keys: WorkKeys;
  /** Whether the work on a problem belongs to another shard of the job. @default none does */
  isBorrowed?: ((problemKey: string) => boolean) | undefined;
  /** Told of fits that need not be done again. */
  onFound?: ((fits: number) => void) | undefined;
}

/** Fits of a chunk of problems that go to the solver together. */
const CHUNK_FITS = 16_384;
const CHUNK_PROBLEMS = 64;
/** Chunks on their way: the device need not wait for the last problem of one. */
const CHUNKS_AT_ONCE = 2;

/** A session that keeps what it solved, and solves nothing that is kept. */
export function storedSession(session: ResampleSession, work: WorkStore): ResampleSession {
  return { ...session, solve: storedSolver(session, work), kept: keptOutcomes(session, work) };
}

function storedSolver(session: ResampleSession, { store, keys, isBorrowed, onFound }: WorkStore): Solver {
  return async (problems, options) => {
    const { starts = 256, onProgress } = options;
    const own = problems.map((problem) => keys.solved(problem, options));
    const found = await store.get(own);
    const missing = problems.flatMap((_, i) => (found.has(own[i]!) ? [] : [i]));
    const results = own.map((key) => found.get(key) as SolveResult);
    let done = problems.length - missing.length;
    if (done > 0) {
      onFound?.(done * starts);
      onProgress?.(done, problems.length);
    }
    // The progress of a chunk is none of the whole.
    const { onProgress: _, ...quiet } = options;
    let hasFailed = false;
    const solveChunk = async (chunk: readonly number[]): Promise<void> => {
      // The error of the chunk that failed is the one to tell.
      if (hasFailed) return;
      const solved = await session.solve(
        chunk.map((i) => problems[i]!),
        { ...quiet, ...(onProgress && { onProgress: () => onProgress(++done, problems.length) }) },
      );
      for (const [c, i] of chunk.entries()) {
        results[i] = solved[c]!;
        await store.put(own[i]!, solved[c], isBorrowed?.(problems[i]!.key) ?? false);
      }
    };
    const inTurn = limiter(CHUNKS_AT_ONCE);
    const size = await chunkSize(session, missing.length, starts);
    const chunks = Array.from({ length: Math.ceil(missing.length / size) }, (_, c) =>
      missing.slice(c * size, (c + 1) * size),
    );
    const failed = (error: unknown): never => {
      hasFailed = true;
      throw error;
    };
    await everyOne(chunks.map((chunk) => inTurn(() => solveChunk(chunk)).catch(failed)));
    return results;
  };
}

async function chunkSize(session: ResampleSession, problems: number, starts: number): Promise<number> {
  if (problems === 0) return 1;
  const { concurrency } = await session.backend();
  // A GPU takes thousands of requests at once.
  return Math.max(concurrency, Math.min(CHUNK_PROBLEMS, Math.ceil(CHUNK_FITS / starts)));
}

/** Waits for all, also where one fails: what those on their way finish is kept. */
async function everyOne(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

function keptOutcomes(
  { absent }: ResampleSession,
  { store, keys, isBorrowed, onFound }: WorkStore,
): OutcomeStore {
  return async (request, make) => {
    const { use, uses, bootstrap, seed, leftOut } = request;
    const key = keys.resampled(use, uses, bootstrap, { seed, leftOut });
    const known = (await store.get([key])).get(key);
    if (known !== undefined) {
      onFound?.(bootstrap.resamples * (1 + bootstrap.freshStarts));
      return known as Awaited<ReturnType<typeof make>>;
    }
    if (absent !== undefined) throw absent(use.problem.key);
    const made = await make();
    await store.put(key, made, isBorrowed?.(use.problem.key) ?? false);
    return made;
  };
}
