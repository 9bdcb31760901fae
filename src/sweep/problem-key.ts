import { createHash, type Hash } from "node:crypto";
import { endianness } from "node:os";
import { boundsOf } from "../solve/bounds.ts";
import { startRangeOf } from "../solve/pack.ts";
import type { Problem } from "../solve/problem.ts";

/**
 * Identity of a problem by its content: form, points, weights, loss, training, bounds and start ranges. 16 hexadecimal
 * digits of a SHA-256, the same on every machine.
 */
export function problemKey(problem: Omit<Problem, "key">): string {
  const { form, variables, response, weights, loss, residual, training, givenStarts = [] } = problem;
  const { lower, upper } = boundsOf(problem);
  const hash = createHash("sha256");
  hash.update(
    JSON.stringify([
      form.name,
      form.record.expression,
      form.parameterNames,
      form.variableNames,
      loss,
      residual,
      variables.length,
      response.length,
      weights !== undefined,
      givenStarts.length,
      ...(training ? [[training.steps, training.learningRate, training.weightDecay]] : []),
    ]),
  );
  for (const numbers of [...variables, response]) hashNumbers(hash, numbers);
  if (weights !== undefined) hashNumbers(hash, weights);
  for (const numbers of [lower, upper, startRangeOf({ ...problem, key: "" })]) hashNumbers(hash, numbers);
  for (const start of givenStarts) hashNumbers(hash, start);
  return hash.digest("hex").slice(0, 16);
}

function hashNumbers(hash: Hash, numbers: Float64Array): void {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  hash.update(endianness() === "LE" ? bytes : Buffer.from(bytes).swap64());
}
