// The calibration study: how often intervals cover the truth, on simulated ladders whose law is known.
//
//     npm run build && node bench/coverage.mjs [--study main] [--replications N] [--resamples B] [--threads N] [--out DIR]
//
// Studies: main (about 10 minutes on two cores), noise, methods (docs/coverage.md). Writes DIR/STUDY.json and DIR/STUDY.md;
// without --out the tables go to standard output.
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { studyMarkdown } from "../dist/bench/coverage/report.js";
import { studyFile, studyJson } from "../dist/bench/coverage/result-json.js";
import { runStudy } from "../dist/bench/coverage/run-study.js";
import { studies, studyNames } from "../dist/bench/coverage/studies.js";
import { openBackend } from "../dist/solve/backends.js";

const { values } = parseArgs({
  options: {
    study: { type: "string", default: "main" },
    replications: { type: "string" },
    resamples: { type: "string" },
    threads: { type: "string" },
    out: { type: "string" },
  },
});
const standard = studies[values.study];
if (standard === undefined) throw new Error(`no study ${values.study}; there are ${studyNames.join(", ")}`);
const study = {
  ...standard,
  replications: Number(values.replications ?? standard.replications),
  resamples: Number(values.resamples ?? standard.resamples),
};
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
  const markdown = studyMarkdown(result);
  if (values.out === undefined) console.log(markdown);
  else {
    await mkdir(values.out, { recursive: true });
    await writeFile(join(values.out, `${values.study}.json`), studyJson(studyFile(study, result)));
    await writeFile(join(values.out, `${values.study}.md`), markdown);
  }
} finally {
  await backend.close();
}
