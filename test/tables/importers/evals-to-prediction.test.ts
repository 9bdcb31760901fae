import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lawfit } from "../../cli/command-line.ts";
import { layoutFolder } from "./imported.ts";

const { put, path } = layoutFolder();

/** Loss of made-up models in bits per byte, and the share of right answers at a loss. */
const lossOf = (n: number, d: number): number => 0.5 + 200 / n ** 0.34 + 500 / d ** 0.34;
const accuracyOf = (loss: number): number => 0.5 + 0.5 / (1 + Math.exp(6 * (loss - 1.1)));

const QUESTIONS = 200;
/** Number in a fixed order that looks like none, 0 to 1. */
const scattered = (i: number): number => (i * 0.6180339887) % 1;

/** The folder that lm-evaluation-harness writes for a model: a results file, and the questions of one task. */
function evaluated(size: number, multiple: number): Record<string, unknown> {
  const [n, d] = [size * 1e6, 20 * multiple * size * 1e6];
  const name = `org/made-up-${size}M-${d / 1e9}B`;
  const date = `2026-01-01T00-00-00.${size}${multiple}`;
  const loss = lossOf(n, d);
  const right = Math.round(accuracyOf(loss) * QUESTIONS);
  const samples = Array.from({ length: QUESTIONS }, (_, id) => {
    const bits = 5 * loss * (0.5 + scattered(id));
    const isRight = id < right;
    const own = -bits * Math.LN2;
    return {
      doc_id: id,
      target: "1",
      arguments: { gen_args_0: { arg_0: "Q", arg_1: " wrong" }, gen_args_1: { arg_0: "Q", arg_1: " right" } },
      filtered_resps: [
        [String(isRight ? own - 1 : own + 0.5), "False"],
        [String(own), "False"],
      ],
      acc: Number(isRight),
    };
  });
  const folder = `evals/${name.replaceAll("/", "__")}`;
  return {
    [`${folder}/results_${date}.json`]: {
      results: { piqa: { alias: "piqa", "acc,none": right / QUESTIONS, "acc_stderr,none": 0.03 } },
      "n-samples": { piqa: { original: QUESTIONS, effective: QUESTIONS } },
      config: { model_args: `pretrained=${name}`, model_num_parameters: n },
    },
    [`${folder}/samples_piqa_${date}.jsonl`]: samples,
  };
}

/** The commands of the page, with its paths in the folder of the test. */
function commandsOfPage(): string[][] {
  const page = readFileSync(new URL("../../../docs/importers.md", import.meta.url), "utf8");
  const block = /## From a folder of evaluations to a prediction\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(
    page,
  )![1]!;
  return block
    .trim()
    .split("\n")
    .map((line) =>
      line
        .replace(/\s+#.*$/, "")
        .replace(/^npx lawfit /, "")
        .split(" "),
    )
    .map((words) => words.map((word) => (/^(evals|table\.parquet|run)$/.test(word) ? path(word) : word)));
}

test("the commands of docs/importers.md lead from questions of 12 models to a prediction with an interval", async () => {
  for (const size of [70, 160, 410, 1000]) for (const multiple of [1, 5, 20]) put(evaluated(size, multiple));
  const [importing, predicting, reporting] = commandsOfPage() as [string[], string[], string[]];
  const imported = await lawfit(...importing);
  expect(imported.stdout).toMatch(
    /12 rows, 12 runs \(0 targets\), 12 checkpoints, 1 subject, metrics loss, /,
  );
  expect(imported.stdout).toContain("d of 12 models is from the names");
  const predicted = await lawfit(...predicting);
  expect(predicted).toMatchObject({ code: 0 });
  const [head, row] = predicted.stdout.split("\n");
  expect(head).toMatch(/^task +target +predicted/);
  const [task, target, value, low, high] = row!.split(/\s+|\.\.(?=\d)/);
  expect([task, target]).toEqual(["piqa", "7B@2T"]);
  const truth = accuracyOf(lossOf(7e9, 2e12));
  expect(Math.abs(Number(value) - truth)).toBeLessThan(0.03);
  expect(Number(low)).toBeLessThan(truth);
  expect(Number(high)).toBeGreaterThan(truth);
  expect((await lawfit(...reporting)).code).toBe(0);
  expect(existsSync(`${path("run")}.html`) || existsSync(path("run.html"))).toBe(true);
});
