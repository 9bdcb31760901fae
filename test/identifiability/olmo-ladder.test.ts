import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, test } from "vitest";
import { type IdentifiabilityCard, identifiabilityCards } from "../../src/identifiability/card.ts";
import type { Fit } from "../../src/identifiability/fit.ts";
import { spreadOf, standardErrors } from "../../src/identifiability/spread.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import { planSweep } from "../../src/plan/plan-sweep.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { resolveSweep } from "../../src/spec/resolve.ts";
import { checkSpec } from "../../src/spec/spec.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { expectClose } from "../intervals/close.ts";
import { olmoLadderFolder, writeOlmoLadder } from "../run/published.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { known } from "./known.ts";

const { folder } = temporaryFolder();

describe.skipIf(!existsSync(olmoLadderFolder))(
  "the OLMo ladder's link of HellaSwag, against SciPy and NumPy (skipped where ../shared is absent)",
  () => {
    let fit: Fit;
    let card: IdentifiabilityCard;

    beforeAll(async () => {
      const path = join(folder, "ladder.parquet");
      await writeOlmoLadder(path);
      const spec = checkSpec({ preset: "ladder", table: path, tasks: "hellaswag_val" }, "test");
      const index = indexRuns(await readCheckpointTable([path]));
      const plan = await planSweep(index, resolveSweep(spec, "test"));
      const stage = plan.cells[0]!.plan.stages.find(({ name }) => name === "step2")!;
      if (!("problem" in stage)) throw new Error("the stage has no problem");
      const problem = { ...stage.problem, key: "link" };
      const [result] = await solveProblems([problem]);
      if (result === undefined || "skipped" in result) throw new Error("not solved");
      const { solution } = result;
      fit = { problem, parameters: solution.parameters, runs: stage };
      card = (await identifiabilityCards([{ problem, solution, runs: stage }]))[0]!;
    });

    test("curve_fit's standard errors, which figure 4 of the paper is made of", () => {
      const errors = standardErrors(known(spreadOf(fit, "paper-delta")));
      [0.0061143977045886155, 0.0011227623441958648, 0.08311202102726155, 0.005728482902291773].forEach(
        (value, p) => {
          expectClose(errors[p]!, value, 1e-4);
        },
      );
    });

    test("runs make the standard errors 5 to 7 times those of independent points", () => {
      const numbers = card.parameters.map(({ runError, pointError, errorRatio }) => {
        return [known(runError), known(pointError), known(errorRatio)];
      });
      const expected = [
        [0.009807832343482337, 0.001549109442213025, 6.3312714235806835],
        [0.0028195012745332467, 0.0004221268265464011, 6.679275272791319],
        [0.22644747912101582, 0.042887586353991876, 5.280023857065078],
        [0.010389812069624915, 0.001560056277214449, 6.659895685414884],
      ];
      numbers.flat().forEach((value, i) => {
        expectClose(value, expected.flat()[i]!, 1e-4);
      });
    });

    test("a third of the residuals' variance lies between runs", () => {
      expectClose(known(card.intraRunCorrelation), 0.3247052969582149, 1e-5);
    });
  },
);
