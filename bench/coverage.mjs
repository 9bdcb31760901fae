// The calibration study: how often intervals cover the truth, on simulated ladders whose law is known.
//
//     npm run build && node bench/coverage.mjs [--study main] [--quick] [--replications N] [--resamples B] [--threads N] [--out DIR]
//     node bench/coverage.mjs --study misfit --quick [--scenario gompertz,drift-0.05] [--runs 16,40] [--arm parametric=expanded,percentile]...
//
// Studies: main (about 10 minutes on two cores), noise, methods, misfit (truths that are not fitted: bench/coverage/scenarios.ts);
// docs/coverage.md says what they are. --arm takes a scheme and any kinds of intervals that lawfit has; --bayesian fits with the priors of preset ladder-bayes. Writes DIR/STUDY.json and
// DIR/STUDY.md; without --out the tables go to standard output.
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { armOf } from "../dist/bench/coverage/arm.js";
import { studyMarkdown } from "../dist/bench/coverage/report.js";
import { studyFile, studyJson } from "../dist/bench/coverage/result-json.js";
import { runStudy } from "../dist/bench/coverage/run-study.js";
import { scenarioMarkdown } from "../dist/bench/coverage/scenario-report.js";
import { quickly, studies, studyNames } from "../dist/bench/coverage/studies.js";
import { openBackend } from "../dist/solve/backends.js";

const { values } = parseArgs({
  options: {
    study: { type: "string", default: "main" },
    quick: { type: "boolean", default: false },
    scenario: { type: "string" },
    runs: { type: "string" },
    arm: { type: "string", multiple: true, default: [] },
    bayesian: { type: "boolean", default: false },
    replications: { type: "string" },
    resamples: { type: "string" },
    threads: { type: "string" },
    out: { type: "string" },
  },
});
const whole = studies[values.study];
if (whole === undefined) throw new Error(`no study ${values.study}; there are ${studyNames.join(", ")}`);
const standard = values.quick ? quickly(whole) : whole;
const scenarios = values.scenario?.split(",");
const counts = values.runs?.split(",").map(Number);
const study = {
  ...standard,
  conditions: whole.conditions.filter(
    (condition) =>
      (counts?.includes(condition.runs) ?? standard.conditions.includes(condition)) &&
      (scenarios?.includes(condition.scenario.name) ?? true),
  ),
  isBayesian: values.bayesian,
  arms: values.arm.length === 0 ? standard.arms : values.arm.map(readArm),
  replications: Number(values.replications ?? standard.replications),
  resamples: Number(values.resamples ?? standard.resamples),
};
if (study.conditions.length === 0) throw new Error("no such condition in this study");

/** An arm of `scheme=kind,kind`. */
function readArm(text) {
  const [scheme, kinds = "percentile"] = text.split("=");
  return armOf(scheme, ...kinds.split(","));
}

const backend = await openBackend("cpu", Number(values.threads ?? availableParallelism()));
try {
  const began = performance.now();
  let shown = 0;
  const result = await runStudy(backend, study, (done, total) => {
    const percent = Math.floor((100 * done) / total);
    if (percent >= shown + 5) {
      shown = percent;
      console.error(`${percent} %, ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
  });
  const markdown = values.study === "misfit" ? scenarioMarkdown(result.rows) : studyMarkdown(result);
  if (values.out === undefined) console.log(markdown);
  else {
    await mkdir(values.out, { recursive: true });
    await writeFile(join(values.out, `${values.study}.json`), studyJson(studyFile(study, result)));
    await writeFile(join(values.out, `${values.study}.md`), markdown);
  }
} finally {
  await backend.close();
}
