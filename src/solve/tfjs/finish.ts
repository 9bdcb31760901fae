import type { KernelAnswer } from "../answer.ts";
import { type Kernel, type KernelRequest, startsPerCpuRequest } from "../kernel.ts";
import type { SearchFit } from "./search-fit.ts";

/**
 * Takes every fit of a request on in float64, from where float32 has left it, on a processor's kernel: objectives,
 * gradients and terminations are those of the float64 solver, of every start. Fits that float32 could not follow are solved
 * there from their start.
 *
 * @param fits of the request, in order
 */
export async function finish(
  cpu: Kernel,
  request: KernelRequest,
  fits: readonly SearchFit[],
): Promise<KernelAnswer> {
  const size = fits[0]!.p.length;
  const { count, starts } = request;
  const ends = fits.map((one) => endOf(one));
  const all: KernelAnswer = {
    objective: new Float64Array(count),
    gradientNorm: new Float64Array(count),
    parameters: new Float64Array(count * size),
    iterations: new Int32Array(count),
    termination: new Int32Array(count),
    best: Int32Array.from({ length: count }, (_, i) => i % starts),
    allIterations: new Int32Array(count),
  };
  const parts: Promise<void>[] = [];
  for (let first = 0; first < count; ) {
    // A request has one list of given starts, which every resample takes: so one resample at a time.
    const resample = Math.floor(first / starts);
    const next = Math.min((resample + 1) * starts, first + startsPerCpuRequest, count);
    const [from, length] = [first, next - first];
    const givenStarts = new Float64Array(length * size);
    ends.slice(from, next).forEach((end, i) => {
      givenStarts.set(end, i * size);
    });
    const part = cpu
      .solve({
        ...request,
        givenStarts,
        firstStart: 0,
        firstResample: request.firstResample + resample,
        ...{ count: length, starts: length, each: true },
      })
      .then((answer) => {
        all.objective.set(answer.objective, from);
        all.gradientNorm.set(answer.gradientNorm, from);
        all.parameters.set(answer.parameters, from * size);
        all.termination.set(answer.termination, from);
        answer.iterations.forEach((iterations, i) => {
          const total = iterations + fits[from + i]!.count;
          all.iterations[from + i] = all.allIterations[from + i] = total;
        });
      });
    parts.push(part);
    first = next;
  }
  await Promise.all(parts);
  return request.each ? all : bestOfEach(all, starts, size);
}

/** Where float32 has left a fit, in the user's coordinates; its start where it could not follow it. */
function endOf({ problem, fit, p, q, isDefined }: SearchFit): Float64Array {
  return isDefined ? problem.end(p, q) : problem.start(fit);
}

/** One row a resample: its fit of lowest objective, the first of equals. */
function bestOfEach(all: KernelAnswer, starts: number, size: number): KernelAnswer {
  const { objective } = all;
  const rows = Math.ceil(objective.length / starts);
  const best = Int32Array.from({ length: rows }, (_, row) => {
    const first = row * starts;
    let lowest = first;
    for (let i = first; i < Math.min(first + starts, objective.length); i++) {
      if (objective[i]! < objective[lowest]!) lowest = i;
    }
    return lowest;
  });
  const parameters = new Float64Array(rows * size);
  best.forEach((i, row) => {
    parameters.set(all.parameters.subarray(i * size, (i + 1) * size), row * size);
  });
  return {
    objective,
    parameters,
    gradientNorm: Float64Array.from(best, (i) => all.gradientNorm[i]!),
    iterations: best.map((i) => all.iterations[i]!),
    termination: best.map((i) => all.termination[i]!),
    best: best.map((i) => i % starts),
    allIterations: best.map((_, row) =>
      all.allIterations.subarray(row * starts, (row + 1) * starts).reduce((sum, n) => sum + n, 0),
    ),
  };
}
