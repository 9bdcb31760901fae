import { join } from "node:path";
import { compareRecipes } from "../../src/decide/compare-recipes.ts";
import { planNext } from "../../src/decide/next.ts";
import { plan } from "../../src/decide/plan.ts";
import type { Solver } from "../../src/run/run-sweep.ts";
import { visibleLine } from "../../src/text.ts";
import { smallLadder } from "../methods/tables.ts";
import { mixedRows } from "../papers/flp-m/made-up.ts";
import { fakeSolver } from "../run/fake-solver.ts";
import { MAPPED, type Rename, relatedRows, relatedRun, renamed, writeRun } from "./runs.ts";

/** What a name does to a page, a drawing, a table or a terminal that takes it for anything but text. */
const PAYLOADS = [
  "</script><script>window.ran=1</script>",
  '"><img src=x onerror="window.ran=1">',
  "'/><svg onload=window.ran=1><style>*{display:none}</style><!--",
  "</title></pre></td><iframe srcdoc='<script>top.ran=1</script>'>",
  "javascript:window.ran=1//`+(window.ran=1)+`",
  "a|b\nc\td\u0001\u001b[31mred\u0007\u202etfel\u2066\u2028 &amp; &lt;b&gt; ]]> **x** [y](javascript:ran=1)",
] as const;

/** A name that begins as it did, so that the order of names stays, and goes on with a payload; the same for the same name. */
export const hostile: Rename = (name) => {
  const sum = [...name].reduce((all, sign) => all + sign.charCodeAt(0), 0);
  return `${name}${PAYLOADS[sum % PAYLOADS.length]}`;
};

/** Characters that nobody sees, and that nothing shows as they are. */
export const UNSEEN = /[^\P{Cc}\n\t]|[\p{Cs}\p{Bidi_Control}\u2028]/u;

/** A name as long as the hostile one, of letters alone. */
export const harmless: Rename = (name) => name.padEnd([...visibleLine(hostile(name))].length, "x");

/** A solver that answers the form of the sweep's own with the sigmoid's answer. */
const solver: Solver = (problems, listeners) =>
  fakeSolver().solver(
    problems.map((problem) => {
      const isOwn = problem.form.name === "bend";
      return isOwn ? { ...problem, form: { ...problem.form, name: "sigmoid" } } : problem;
    }),
    listeners,
  );

/**
 * Makers of runs that together have something for every figure, with every name that a user gives spelt by `rename`: each makes one in a
 * folder.
 */
export function namedRuns(folder: string, rename: Rename): (() => Promise<string>)[] {
  // A file's name has neither slashes nor NUL, and 255 bytes at most.
  const file = (name: string) => rename(name).replaceAll("/", "-").slice(0, 200);
  const bend = {
    expression: "acc = a/(1 + exp(-k*(x - L0))) + b",
    variables: { x: rename("loss") },
    parameters: {
      a: { lower: -1, upper: 0, start: [-1, 0] as [number, number] },
      L0: { lower: 0, start: [0, 2] as [number, number] },
      k: { lower: 0, start: [0, 10] as [number, number] },
      b: { lower: 0, upper: 1, start: [0, 1] as [number, number] },
    },
    description: rename("description"),
    source: rename("source"),
  };
  const ladder = {
    method: "ladder",
    rank_undetermined: true,
    forms: { bend },
    axes: [
      { link: ["bend", "linear"] },
      {
        runs: [
          "n_rank <= 2",
          "xc <= 3",
          "flops_rank <= 5",
          `run <> '${rename("none").replaceAll("'", "''")}'`,
        ],
      },
    ],
    bootstrap: { resamples: 4, draws: true },
    backtest: {},
  };
  const flp = {
    method: "flp",
    chance: { [rename("t")]: 0.25 },
    rank_undetermined: true,
    axes: [{ feature: "loss" }, { feature: "loss", law: "power-law-offset" }, { feature: "none" }],
  };
  const fit = {
    method: "fit",
    fit: { y: "loss", x: { N: "n", D: "d" }, group: "subject", where: "role = 'fit'" },
  };
  const mixed = { method: "flp-m", axes: { law: "m1", link: "linear" }, mixtures: {} };
  const rows = (subjects: string[]) => renamed(smallLadder(subjects), rename);
  return [
    () => writeRun(folder, file("ladder"), ladder, rows(["t", "w"]), solver),
    () => writeRun(folder, file("flp"), flp, rows(["t"])),
    () => writeRun(folder, file("mixed"), mixed, renamed(mixedRows(), rename)),
    () => relatedRun(folder, file("related"), {}, renamed(relatedRows(), rename)),
    () => writeRun(folder, file("fit"), fit, rows(["t", "w"])).then(planned),
    () => writeRun(folder, file("mapped"), MAPPED, rows(["t", "w"])).then(ranked),
  ];
}

/** A run with plans of a budget beside its tables. */
async function planned(run: string): Promise<string> {
  await plan(run, { budgets: [1e22], out: run });
  return run;
}

/** A run with the ranking of what to train next, and its groups compared as recipes, beside its tables. */
async function ranked(run: string): Promise<string> {
  const asked = { candidates: "x1=18..22:3,x2=22..26:3", cost: "exp(x1)*exp(x2)", targets: ["x1=25,x2=29"] };
  await planNext(run, { ...asked, out: run });
  await compareRecipes(run, { targets: asked.targets, pooling: "own", draws: 20, out: run });
  return run;
}

/** Where a run's page goes. */
export const pageOf = (run: string): string => join(run, "page.html");
