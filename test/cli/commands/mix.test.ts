import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { queryJob, readManifest } from "../../../src/run/job-directory.ts";
import { rowsOf } from "../../run/published.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder, file } = temporaryFolder();
const table = new URL("../../../data-samples/flp-m/checkpoints.parquet", import.meta.url).pathname;
const sweep = file(
  "sample.yaml",
  `table: ${table}\nmethod: flp-m\naxes: {link: linear}\nprofiles: false\ntasks: [arc, race]\nmixtures: {targets: [7B-code0.3]}\n`,
);
const common = ["--starts", "8", "--backend", "cpu"];

describe("lawfit mix without a bootstrap", () => {
  test("prints the best mixture of each task and of the set, and keeps the tables", async () => {
    const out = join(folder, "plain");
    const { code, stdout } = await lawfit("mix", sweep, "--no-bootstrap", "--out", out, ...common);
    expect(code).toBe(0);
    const [, printed] = stdout.split("best mixtures; gains are over general 0.7, code 0.3\n");
    expect(printed!.split("\n")[0]).toMatch(/^task +target +best code +predicted +gain +shape/);
    for (const task of ["arc", "race", "weighted set"]) {
      expect(printed).toMatch(new RegExp(`^${task} +7B-code0\\.3 +0\\.\\d\\d +0\\.\\d{4} +0\\.\\d{4} `, "m"));
    }
    expect(rowsOf(await queryJob(out, "mixture_optima"))).toHaveLength(3);
    expect(rowsOf(await queryJob(out, "mixtures"))).toHaveLength(3 * 51);
    const { sweep: spec, results } = await readManifest(out);
    expect(spec.mixtures).toEqual({ targets: ["7B-code0.3"] });
    expect(spec).not.toHaveProperty("bootstrap");
    expect(results).not.toHaveProperty("intervals");
  });

  test("options go over the sweep file's key", async () => {
    const out = join(folder, "options");
    const { code, stdout } = await lawfit(
      ...["mix", sweep, "--no-bootstrap", "--out", out, ...common],
      ...["--bounds", "code=0.1..0.4", "--step", "0.1", "--baseline", "general=0.9, code=0.1"],
      ...["--weights", "arc=2,race=1", "--source", "general"],
    );
    expect(code).toBe(0);
    expect(stdout).toContain("gains are over general 0.9, code 0.1");
    expect((await readManifest(out)).sweep.mixtures).toEqual({
      targets: ["7B-code0.3"],
      source: "general",
      bounds: { code: [0.1, 0.4] },
      step: 0.1,
      baseline: { general: 0.9, code: 0.1 },
      weights: { arc: 2, race: 1 },
    });
    const curve = rowsOf(await queryJob(out, "mixtures")).filter(({ task }) => task === "arc");
    expect(curve.map((row) => row["mix.general"])).toEqual([0.6, 0.7, 0.8, 0.9]);
  });
});

test("with a bootstrap shares and gains have intervals", async () => {
  const out = join(folder, "resampled");
  const { code, stdout } = await lawfit("mix", sweep, "--resamples", "10", "--out", out, ...common);
  expect(code).toBe(0);
  expect(stdout).toMatch(/best code +90 % of it +predicted +gain +90 % of the gain/);
  for (const row of rowsOf(await queryJob(out, "mixture_optima"))) {
    expect(row).toMatchObject({ level: 0.9, draws: 10 });
    const [lower, upper] = [Number(row["mix.code_lower"]), Number(row["mix.code_upper"])];
    expect(lower).toBeLessThanOrEqual(upper);
    expect(Number(row.gain_lower)).toBeLessThan(Number(row.gain_upper));
  }
});

test.each([
  [
    ["--bounds", "code=0.5"],
    '--bounds: "code=0.5"; allowed: SOURCE=LEAST..LARGEST such as code=0..0.5, with commas between',
  ],
  [["--bounds", "code"], '--bounds: "code"; allowed: SOURCE=LEAST..LARGEST'],
  [["--step", "small"], '--step: "small"; allowed: a number'],
  [["--step", "0.9"], "mixtures.step: 0.9; allowed: a number from 0.0001 to 0.5"],
  [
    ["--baseline", "general=x"],
    '--baseline: "general=x"; allowed: SOURCE=SHARE such as general=0.7,code=0.3',
  ],
  [
    ["--baseline", "general=0.7"],
    "mixtures.baseline: the shares of general sum to 0.7; allowed: shares that sum to 1",
  ],
  [["--weights", "arc:2"], '--weights: "arc:2"; allowed: TASK=WEIGHT such as arc=2,race=1'],
  [["--weights", "ark=1"], 'mixtures.weights: unknown task "ark"; allowed: arc, race; did you mean "arc"?'],
  [["--bounds", "cod=0..1"], 'mixtures: unknown source "cod"; allowed: general, code; did you mean "code"?'],
])("%j is refused in one line with exit code 2", async (options, message) => {
  const out = join(folder, "refused");
  const { code, stderr } = await lawfit("mix", sweep, "--out", out, "--quiet", ...common, ...options);
  expect(stderr).toContain(message);
  expect(stderr.trim()).not.toContain("\n");
  expect(code).toBe(2);
});

test("a method without mixtures is refused, with those that have them", async () => {
  const { code, stderr } = await lawfit("mix", "ladder", "--table", table, "--out", join(folder, "ladder"));
  expect(stderr).toBe(
    "lawfit: preset ladder: mixtures: method ladder takes no mixtures; allowed with flp-m\n",
  );
  expect(code).toBe(2);
});
