import { median } from "../statistics.ts";
import type { PeerProblem } from "./exchange.ts";
import { type PresentPeer, runPeer } from "./peers.ts";
import type { Measurement } from "./score.ts";

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
  const rates: number[] = [];
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
    rates.push(result.starts / result.seconds);
  }
  return {
    program: peer.name,
    starts,
    objective,
    iterations: iterations / starts.length,
    fitsPerSecond: median(rates),
  };
}

/**
 * Measures the peers that can solve the problem, one after the other. One that fails does not end the benchmark: it
 * is told with the reason.
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
