// Fits by the interpreter (kernels/interpreter.hpp) beside those of kernels that are compiled for their form, in processor time.
//
//     npm run build && node bench/interpreter.mjs [--forms 1000] [--points 200] [--starts 8]
//
// First a form each: microseconds a fit of both, whether their bits are equal, what compiling takes, and after how many fits a compiled
// kernel has paid for itself. Then forms made at random, each another one: milliseconds a form, and where they go.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { defineForm } from "../dist/forms/define-form.js";
import { getForm } from "../dist/forms/registry.js";
import { randomStream } from "../dist/random.js";
import { openBackend } from "../dist/solve/backends.js";
import { interpretedForm } from "../dist/solve/interpreted/layout.js";
import { packProblem, searchRequest, variantOf } from "../dist/solve/pack.js";
import { solveProblemsOn } from "../dist/solve/solve.js";
import { scaleProblem } from "../dist/solve/units.js";
import { formProblem } from "../dist/throughput/bench-problems.js";

const { values } = parseArgs({
  options: {
    forms: { type: "string", default: "1000" },
    points: { type: "string", default: "200" },
    starts: { type: "string", default: "8" },
  },
});
const [forms, points, starts] = [values.forms, values.points, values.starts].map(Number);

/** A user's form of 5 parameters. */
const expression = defineForm(
  record("L = E + A*N^(-a)*(1 + ln(1 + b*D)) + c/D", ["E", "A", "a", "b", "c"], ["N", "D"]),
);

// The backends find an empty cache: what is compiled is compiled now.
const cache = await mkdtemp(join(tmpdir(), "lawfit-interpreter-"));
process.env.LAWFIT_CACHE = cache;
try {
  const compiled = await openBackend("native", 1);
  const interpreted = await openBackend("native", 1, { kernels: "interpreted" });
  console.log(compiled.description);
  console.log(
    "form, points: us/fit compiled, interpreted, their ratio; s of the clock to compile; fits that pay for it",
  );
  for (const form of [getForm("chinchilla"), expression, getForm("single-step")]) {
    for (const count of [24, points]) await compare(form, count);
  }
  await together(interpreted);

  async function compare(form, count) {
    const { problem } = scaleProblem(problemOf(form, count));
    const began = performance.now();
    const own = await compiled.kernel(variantOf(problem));
    const seconds = (performance.now() - began) / 1000;
    const other = await interpreted.kernel(variantOf(problem));
    const fits = 256;
    const asked = { firstStart: 0, firstResample: 0, count: fits, starts: fits, each: true, structured: 0 };
    const request = searchRequest(problem, packProblem(problem), {}, asked);
    if (!isDeepStrictEqual(await own.solve(request), await other.solve(request)))
      throw new Error(`${form.name}: other bits`);
    // In turns, the least of each: what else the machine does can only add to it.
    const least = [Infinity, Infinity];
    for (let r = 0; r < 9; r++) {
      for (const [k, kernel] of [own, other].entries()) {
        const { microseconds } = await used(async () => {
          for (let i = 0; i < 3; i++) await kernel.solve(request);
        });
        least[k] = Math.min(least[k], microseconds / 3 / fits);
      }
    }
    const [mine, its] = least;
    const paid = (seconds * 1e6) / (its - mine);
    console.log(
      `${form.name}, ${count}: ${mine.toFixed(1)}, ${its.toFixed(1)}, ${(its / mine).toFixed(2)}; ` +
        (count === points ? "" : `${seconds.toFixed(1)} s; `) +
        `${Math.round(paid / 1000)} thousand at ${seconds.toFixed(1)} s`,
    );
  }
} finally {
  await rm(cache, { recursive: true });
}

/** Forms made at random, each solved once. */
async function together(backend) {
  const { uniform, normal } = randomStream("forms at random");
  const N = Float64Array.from({ length: points }, () => Math.exp(uniform(0, 6)));
  const D = Float64Array.from({ length: points }, () => Math.exp(uniform(0, 6)));
  const response = N.map((n, i) => (1 + 2 * n ** -0.4 + 3 * D[i] ** -0.3) * Math.exp(0.01 * normal()));
  const records = Array.from({ length: forms }, () => randomRecord(uniform));
  // The libraries are there before, as they are from the second time on.
  const one = records.map(defineForm);
  await backend.compile(one.map((form) => variantOf(problemAt(form, 0))));

  const define = await used(() => records.map(defineForm));
  const fresh = define.result;
  const layOut = await used(() => fresh.map(interpretedForm));
  const problems = fresh.map(problemAt);
  const options = { starts, threads: 1 };
  const solve = await used(() => solveProblemsOn(backend, problems, options));
  const solved = solve.result.filter((result) => "solution" in result);
  const fits = solved.reduce((sum, { solution }) => sum + solution.starts, 0);
  const each = ({ microseconds }) => `${(microseconds / forms / 1000).toFixed(3)} ms`;
  console.log(
    `${forms} forms at random on ${points} points, ${starts} random starts and those of the grid: ` +
      `a form is defined in ${each(define)}, laid out in ${each(layOut)}, solved in ${each(solve)} of the processor; ` +
      `${solved.length} solved, ${layOut.result.filter((laid) => laid === undefined).length} not interpreted, ${fits} random starts; ` +
      `${Math.round((1e6 * forms) / solve.microseconds)} forms a second of a processor`,
  );

  function problemAt(form, i) {
    const variables = form.variableNames.map((name) => (name === "N" ? N : D));
    return {
      form,
      variables,
      response,
      loss: { kind: "huber", delta: 1e-3 },
      residual: "log",
      key: `random ${i}`,
    };
  }
}

/** A sum of terms in N and D with an offset, at times behind a link. */
function randomRecord(uniform) {
  const names = [];
  const parameter = () => {
    names.push(`p${names.length}`);
    return names.at(-1);
  };
  const pick = (...choices) => choices[Math.floor(uniform(0, choices.length))];
  const power = (x) => `${parameter()}*${x}^(-${parameter()})`;
  const terms = [power("N"), power("D")];
  const room = Math.floor(uniform(0, 4));
  if (room > 0) {
    terms.push(
      pick(
        () => `${parameter()}*ln(N)`,
        () => `${parameter()}*N^(-${parameter()})*D^(-${parameter()})`,
        () => `${parameter()}/(1 + ${parameter()}*D)`,
        () => `${parameter()}*exp(-${parameter()}*sqrt(N))`,
      )(),
    );
  }
  const sum = `${parameter()} + ${terms.join(" + ")}`;
  const text = names.length < 7 ? pick(sum, `exp(${sum})`, `1 + softplus(${sum})`) : sum;
  return record(`L = ${text}`, names, ["N", "D"]);
}

function record(text, parameters, variables) {
  return {
    name: "made-for-this",
    expression: text,
    variables: Object.fromEntries(variables.map((name) => [name, ""])),
    parameters: Object.fromEntries(parameters.map((name) => [name, {}])),
    startRanges: { default: Object.fromEntries(parameters.map((name) => [name, [0, 1]])) },
    description: "",
    source: "",
  };
}

/** The benchmark's problem of a form, on so many points. */
function problemOf(form, count) {
  const { problem } = formProblem(form);
  const wave = (all) =>
    Float64Array.from({ length: count }, (_, i) => all[i % all.length] * (1 + 1e-3 * Math.sin(i)));
  return { ...problem, variables: problem.variables.map(wave), response: wave(problem.response) };
}

/** What work returns, and the processor time that it takes. */
async function used(work) {
  const begin = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(begin);
  return { result, microseconds: user + system };
}
