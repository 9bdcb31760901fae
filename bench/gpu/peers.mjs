import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { randomStarts } from "../../dist/index.js";
import { toPeerProblem } from "../../dist/throughput/exchange.js";
import { lastLine, run } from "./command.mjs";
import { isGood } from "./good.mjs";
import { mainSeries, readSeries } from "./series.mjs";

const python = process.env.PYTHON || "python3";
const starts = 2000;

/** Numbers of the Jacobians that a batch has at once, so that they fit the memory of any GPU: 512 MiB and a few such. */
const jacobianNumbers = 1 << 26;

/** Peers on the same problems from the same starts: JAX and PyTorch on the GPU, SciPy on every core of the processor. */
export async function peers(context) {
  const { data, series } = await readSeries(context);
  const rows = [];
  const absent = [];
  for (const { name, problem } of mainSeries(series)) {
    const initial = await randomStarts(problem, { backend: "cpu", starts });
    const peerProblem = toPeerProblem(name, problem, initial);
    if (peerProblem === undefined) continue;
    for (const [program, measure] of Object.entries({
      "jax-lm": batched,
      "torch-lm": batched,
      "scipy-leastsq": scipy,
      "scipy-lbfgsb": scipy,
    })) {
      const measured = await measure(context, peerProblem, program);
      if (typeof measured === "string") absent.push({ series: name, program, reason: measured });
      else rows.push(scored(context, name, problem, measured));
    }
  }
  for (const { series: name, program, reason } of absent) console.log(`${name}, ${program}: ${reason}`);
  for (const row of rows) {
    console.log(
      `${row.series}, ${row.program}: ${Math.round(row.goodFitsPerSecond).toLocaleString("en")} good fits/s`,
    );
  }
  // A peer that is not installed is no failure of lawfit's.
  return { result: { data, rows, absent } };
}

/** A peer's row, its good share judged against the best that lawfit or it found. */
function scored(
  { results, backend },
  series,
  problem,
  { program, version, fitsPerSecond, objective, iterations },
) {
  const ofSeries = results.throughput?.rows.filter((row) => row.series === series) ?? [];
  const best = Math.min(...ofSeries.map((row) => row.best), ...objective.filter((value) => value !== null));
  const goodShare = objective.filter((value) => isGood(value, best)).length / objective.length;
  const goodFitsPerSecond = goodShare * fitsPerSecond;
  const lawfit = ofSeries.find((row) => row.program === `lawfit-${backend}`);
  const mean = iterations.reduce((sum, n) => sum + n, 0) / iterations.length;
  return {
    series,
    points: problem.response.length,
    program,
    version,
    starts: objective.length,
    fitsPerSecond,
    goodShare,
    goodFitsPerSecond,
    iterations: mean,
    lawfitRatio: lawfit ? lawfit.goodFitsPerSecond / goodFitsPerSecond : null,
  };
}

/** A peer that solves the whole batch at once; bench/peers/NAME_peer.py. */
async function batched({ folder, seconds }, problem, name) {
  const width = problem.lower.length;
  const batch = Math.min(1 << 18, Math.floor(jacobianNumbers / (problem.response.length * width)));
  const script = join(folder, "bench", "peers", `${name.replace("-lm", "")}_peer.py`);
  const answer = await peer(script, ["--batch", String(batch)], problem, seconds);
  if (typeof answer === "string") return answer;
  const { program, version, result } = answer;
  return { program, version, fitsPerSecond: result.batch / result.seconds, ...result };
}

/** One process a core, each with its part of the starts; rates add up. */
async function scipy({ folder, seconds }, problem, name) {
  const cores = availableParallelism();
  const script = join(folder, "bench", "peers", "scipy_peer.py");
  const parts = Array.from({ length: cores }, (_, c) => ({
    ...problem,
    starts: problem.starts.filter((_, s) => s % cores === c),
  }));
  const method = name.slice("scipy-".length);
  const answers = await Promise.all(parts.map((part) => peer(script, [], part, seconds, method)));
  const failure = answers.find((answer) => typeof answer === "string");
  if (failure !== undefined) return failure;
  const results = answers.map(({ result }) => result);
  return {
    program: `${name}, ${cores} processes`,
    version: answers[0].version,
    fitsPerSecond: results.reduce((sum, { starts: count, seconds: time }) => sum + count / time, 0),
    objective: results.flatMap(({ objective }) => objective),
    iterations: results.flatMap(({ iterations }) => iterations),
  };
}

/** What a Python peer answers, or why it has no answer. */
async function peer(script, options, problem, seconds, ...first) {
  const folder = mkdtempSync(join(tmpdir(), "lawfit-gpu-"));
  try {
    const [input, output] = [join(folder, "input.json"), join(folder, "output.json")];
    writeFileSync(input, JSON.stringify({ problems: [problem], seconds }));
    const words = [script, ...first, input, output, ...options];
    const { code, output: printed, reason } = await run(python, words, { limit: 60 + 20 * seconds });
    if (code !== 0) return `${python}: ${reason ?? lastLine(printed)}`;
    const { program, version, results } = JSON.parse(readFileSync(output, "utf8"));
    return { program, version, result: results[0] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
