import { join } from "node:path";
import { expect, test } from "vitest";
import { runSweep } from "../../../src/run/run-sweep.ts";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { type Row, tableOfRows } from "../../methods/tables.ts";
import { rowsOf } from "../../run/published.ts";
import { temporaryFolder } from "../../tables/temporary.ts";

const { folder } = temporaryFolder();
const SOURCES = ["web", "code", "maths"] as const;
/** a, alpha, alpha1, alpha2, alpha3 by domain. */
const LAWS = { prose: [2.4, 0.01, 0.03, 0.004, 0.002], proofs: [2.2, 0.005, 0.002, 0.01, 0.03] } as const;

type Mix = readonly [number, number, number];

function trueLoss([a, alpha, ...alphas]: readonly number[], c: number, mix: Mix): number {
  const logs = mix.map((share) => Math.log((c * (share + 0.01)) / 1.03));
  return Math.exp(a! - alpha! * Math.log(c) - alphas.reduce((sum, one, s) => sum + one * logs[s]!, 0));
}

const trueScore = (c: number, mix: Mix) =>
  1.3 - 0.2 * trueLoss(LAWS.prose, c, mix) - 0.3 * trueLoss(LAWS.proofs, c, mix);

function run(name: string, c: number, mix: Mix, role: "fit" | "target"): Row[] {
  const size = {
    ...{ run: name, role, n: Math.sqrt(c / 120), d: 1e9, c },
    mix: Object.fromEntries(SOURCES.map((source, s) => [source, mix[s]!])),
  };
  return [
    { ...size, metrics: { accuracy: trueScore(c, mix) } },
    ...(["prose", "proofs"] as const).map((subject) => {
      return { ...size, subject, metrics: { loss: trueLoss(LAWS[subject], c, mix) } };
    }),
  ];
}

const MIXTURES: readonly Mix[] = [
  [1, 0, 0],
  [0.6, 0.4, 0],
  [0.6, 0, 0.4],
  [0.5, 0.25, 0.25],
];
const target: Mix = [0.7, 0.1, 0.2];

test("of three sources, the true exponents and the target's losses and score are found", async () => {
  const rows = [
    ...[1e18, 1e19, 1e20].flatMap((c) => MIXTURES.flatMap((mix, i) => run(`${c}-${i}`, c, mix, "fit"))),
    ...run("big", 1e22, target, "target"),
  ];
  const table = join(folder, "three.parquet");
  await writeTable(table, checkpointTableToTable(tableOfRows(rows)));
  const { tables } = await runSweep({
    ...{ method: "flp-m", table, starts: 32, backend: "cpu" },
    axes: { link: "linear", emerged: false },
  });
  for (const [domain, law] of Object.entries(LAWS)) {
    const parameters = rowsOf(tables.parameters).filter(({ subject }) => subject === domain);
    expect(parameters.map(({ form }) => form)).toEqual(law.map(() => "mix-m4-3"));
    parameters.forEach(({ value }, p) => {
      expect(value).toBeCloseTo(law[p]!, 7);
    });
  }
  const losses = [LAWS.prose, LAWS.proofs].map((law) => trueLoss(law, 1e22, target));
  const [prediction] = rowsOf(tables.predictions);
  expect(prediction!.feature_predicted).toBeCloseTo((losses[0]! + losses[1]!) / 2, 8);
  expect(prediction!.predicted).toBeCloseTo(trueScore(1e22, target), 8);
});
