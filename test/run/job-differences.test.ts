import { expect, test } from "vitest";
import { jobDifferences } from "../../src/run/job-differences.ts";
import type { JobState } from "../../src/run/job-state.ts";

const state: JobState = {
  program: "lawfit",
  version: "1.0.0",
  kernels: "abc",
  backend: "native",
  part: null,
  sweep: {
    method: "ladder",
    seed: 0,
    starts: 64,
    table: ["a.parquet"],
    backend: "auto",
    profiles: false,
    forms: { mine: { expression: "y = a*x" } },
    targets: [{ name: "70B", n: 7e10, d: 1e12 }],
  },
  sweep_file: null,
  tables: [{ path: "a.parquet", rows: 10, sha256: "0123456789" }],
  configurations: ["c1", "c2"],
  axes: { link: ["sigmoid", "linear"], anchor: ["true"] },
  tasks: ["t", "u"],
  targets: ["70B"],
  begun: "2026-01-01",
  finished: null,
};
const withSweep = (own: object): JobState => ({ ...state, sweep: { ...state.sweep, ...own } });
const bootstrap = { scheme: "run", resamples: 100 };

test.each<[string, JobState]>([
  ["the same", { ...state, begun: "later", finished: "now" }],
  ["another number of threads, another name of the same backend", withSweep({ threads: 4, backend: "cpu" })],
  ["the table under another path", { ...state, tables: [{ ...state.tables[0]!, path: "/b.parquet" }] }],
  ["more values of an axis", { ...state, configurations: ["c0", "c1", "c2"] }],
  ["more tasks and targets", { ...state, tasks: ["s", "t", "u"], targets: ["70B", "big"] }],
  ["a bootstrap, and the profiles that come with it", withSweep({ bootstrap, profiles: true })],
  ["one more form", withSweep({ forms: { ...(state.sweep.forms as object), other: {} } })],
])("%s goes on", (_, now) => {
  expect(jobDifferences(state, now)).toEqual([]);
});

test.each<[string, JobState, string[]]>([
  ["version", { ...state, version: "1.1.0" }, ["version was 1.0.0 and is 1.1.0"]],
  ["kernels", { ...state, kernels: "def" }, ["kernels was abc and is def"]],
  ["backend", { ...state, backend: "cuda" }, ["backend was native and is cuda"]],
  ["shard", { ...state, part: { index: 2, count: 8 } }, ["shard was none and is 2/8"]],
  [
    "table",
    { ...state, tables: [{ path: "a.parquet", rows: 11, sha256: "9876543210" }] },
    ["the table was a.parquet (10 rows, sha256 01234567) and is a.parquet (11 rows, sha256 98765432)"],
  ],
  ["seed and starts", withSweep({ seed: 1, starts: 9 }), ["seed was 0 and is 1", "starts was 64 and is 9"]],
  ["a task that is gone", { ...state, tasks: ["u"] }, ["tasks had t, now missing"]],
  [
    "a value of an axis that is gone",
    { ...state, configurations: ["c1"], axes: { ...state.axes, link: ["sigmoid"] } },
    ["axis link had linear, now missing"],
  ],
  [
    "configurations that are gone",
    { ...state, configurations: ["c1"] },
    ["1 of 2 configurations are now missing"],
  ],
  [
    "a form of the same name",
    withSweep({ forms: { mine: { expression: "y = b*x" } } }),
    ['forms.mine was {"expression":"y = a*x"} and is {"expression":"y = b*x"}'],
  ],
  [
    "the size of a target",
    withSweep({ targets: [{ name: "70B", n: 7e10, d: 2e12 }] }),
    [
      'target 70B was {"d":1000000000000,"n":70000000000,"name":"70B"} and is {"d":2000000000000,"n":70000000000,"name":"70B"}',
    ],
  ],
])("another %s does not", (_, now, lines) => {
  expect(jobDifferences(state, now)).toEqual(lines);
});

test("another bootstrap is shown key by key, one that is gone too", () => {
  const before = withSweep({ bootstrap });
  expect(jobDifferences(before, withSweep({ bootstrap: { ...bootstrap, resamples: 200 } }))).toEqual([
    "bootstrap.resamples was 100 and is 200",
  ]);
  expect(jobDifferences(before, state)).toEqual([
    'bootstrap was {"resamples":100,"scheme":"run"} and is none',
  ]);
});
