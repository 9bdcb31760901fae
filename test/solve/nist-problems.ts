import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineForm } from "../../src/forms/define-form.ts";
import type { Problem } from "../../src/solve/problem.ts";

/** The models of NIST's nonlinear regression problems, in the notation of lawfit's forms. */
const models: Record<string, string> = {
  Bennett5: "y = b1*(b2 + x)^(-1/b3)",
  BoxBOD: "y = b1*(1 - exp(-b2*x))",
  Chwirut1: "y = exp(-b1*x)/(b2 + b3*x)",
  Chwirut2: "y = exp(-b1*x)/(b2 + b3*x)",
  DanWood: "y = b1*x^b2",
  ENSO: "y = b1 + b2*cos(2*pi*x/12) + b3*sin(2*pi*x/12) + b5*cos(2*pi*x/b4) + b6*sin(2*pi*x/b4) + b8*cos(2*pi*x/b7) + b9*sin(2*pi*x/b7)",
  Eckerle4: "y = (b1/b2)*exp(-0.5*((x - b3)/b2)^2)",
  Gauss1: "y = b1*exp(-b2*x) + b3*exp(-(x - b4)^2/b5^2) + b6*exp(-(x - b7)^2/b8^2)",
  Gauss2: "y = b1*exp(-b2*x) + b3*exp(-(x - b4)^2/b5^2) + b6*exp(-(x - b7)^2/b8^2)",
  Gauss3: "y = b1*exp(-b2*x) + b3*exp(-(x - b4)^2/b5^2) + b6*exp(-(x - b7)^2/b8^2)",
  Hahn1: "y = (b1 + b2*x + b3*x^2 + b4*x^3)/(1 + b5*x + b6*x^2 + b7*x^3)",
  Kirby2: "y = (b1 + b2*x + b3*x^2)/(1 + b4*x + b5*x^2)",
  Lanczos1: "y = b1*exp(-b2*x) + b3*exp(-b4*x) + b5*exp(-b6*x)",
  Lanczos2: "y = b1*exp(-b2*x) + b3*exp(-b4*x) + b5*exp(-b6*x)",
  Lanczos3: "y = b1*exp(-b2*x) + b3*exp(-b4*x) + b5*exp(-b6*x)",
  MGH09: "y = b1*(x^2 + x*b2)/(x^2 + x*b3 + b4)",
  MGH10: "y = b1*exp(b2/(x + b3))",
  MGH17: "y = b1 + b2*exp(-x*b4) + b3*exp(-x*b5)",
  Misra1a: "y = b1*(1 - exp(-b2*x))",
  Misra1b: "y = b1*(1 - (1 + b2*x/2)^(-2))",
  Misra1c: "y = b1*(1 - (1 + 2*b2*x)^(-0.5))",
  Misra1d: "y = b1*b2*x/(1 + b2*x)",
  Nelson: "logy = b1 - b2*x1*exp(-b3*x2)",
  Rat42: "y = b1/(1 + exp(b2 - b3*x))",
  Rat43: "y = b1/(1 + exp(b2 - b3*x))^(1/b4)",
  Roszman1: "y = b1 - b2*x - atan(b3/(x - b4))/pi",
  Thurber: "y = (b1 + b2*x + b3*x^2 + b4*x^3)/(1 + b5*x + b6*x^2 + b7*x^3)",
};

/** The problems that every run of the tests has: those whose models several share, so that few are compiled, and one of the hardest. */
const often = /^(BoxBOD|Misra1a|Chwirut.|Lanczos.|MGH10)$/;

/** Names of the problems; those that every run has, or all. */
export function nistNames(isWhole: boolean): string[] {
  return Object.keys(models).filter((name) => isWhole || often.test(name));
}

/** A certified problem: what to solve, from where, and the certified parameters. */
export interface CertifiedProblem {
  problem: Problem;
  /** The far start first, then the near one. */
  starts: [far: Float64Array, near: Float64Array];
  certified: Float64Array;
}

/** Reads one of NIST's files as they are distributed. */
export function readNist(folder: string, name: string): CertifiedProblem {
  const lines = readFileSync(join(folder, `${name}.dat`), "utf8").split(/\r?\n/);
  const numbers = (line: string): number[] => line.trim().split(/\s+/).map(Number);
  const rows = lines
    .filter((line) => /^\s*b\d+\s*=/.test(line))
    .map((line) => numbers(line.slice(line.indexOf("=") + 1)));
  const header = lines.findIndex((line) => /^Data:\s+y/.test(line));
  const data = lines
    .slice(header + 1)
    .filter((line) => line.trim() !== "")
    .map(numbers);
  const expression = models[name]!;
  const variableNames = name === "Nelson" ? ["x1", "x2"] : ["x"];
  const parameterNames = rows.map((_, i) => `b${i + 1}`);
  const form = defineForm({
    name: name.toLowerCase(),
    expression,
    parameters: Object.fromEntries(parameterNames.map((b) => [b, {}])),
    variables: Object.fromEntries(variableNames.map((x) => [x, "as certified"])),
    startRanges: { default: Object.fromEntries(parameterNames.map((b) => [b, [-1, 1] as const])) },
    description: "certified problem",
    source: "NIST StRD",
  });
  return {
    problem: {
      form,
      variables: variableNames.map((_, v) => Float64Array.from(data, (row) => row[v + 1]!)),
      response: Float64Array.from(data, (row) => (name === "Nelson" ? Math.log(row[0]!) : row[0]!)),
      loss: { kind: "squared" },
      residual: "plain",
      key: name,
    },
    starts: [Float64Array.from(rows, (row) => row[0]!), Float64Array.from(rows, (row) => row[1]!)],
    certified: Float64Array.from(rows, (row) => row[2]!),
  };
}

/** Digits of agreement of the worst parameter, at most the 11 that are certified. */
export function digits(found: ArrayLike<number>, certified: Float64Array): number {
  return certified.reduce((least, c, i) => {
    const error = Math.abs(found[i]! - c) / Math.abs(c);
    return Math.min(least, error > 0 ? -Math.log10(error) : 11);
  }, 11);
}
