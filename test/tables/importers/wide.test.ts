import { expect, test } from "vitest";
import { messageOf } from "../temporary.ts";
import { layoutFolder } from "./imported.ts";

const { put, path, imported } = layoutFolder();

test("one file a run: its name says the size, columns the tasks", async () => {
  put({
    "files/10M.csv": "tokens,piqa/acc,piqa/bpb,lr\n1e9,0.5,1.5,1\n2e9,,,1\n",
    "files/20M.csv": "tokens,piqa/acc,piqa/bpb,lr\n1e9,0.625,1.25,1\n",
  });
  const { lines, notes } = await imported("wide", "files");
  expect(lines).toEqual([
    "run,role,n,d,c,subject,loss,accuracy,chance",
    "10M,fit,10000000,1000000000,60000000000000000,piqa,1.5,0.5,0.5",
    "20M,fit,20000000,1000000000,120000000000000000,piqa,1.25,0.625,0.5",
  ]);
  expect(notes[0]).toBe(`1 row left out: without any metric (${path("files/10M.csv")}, row 2 (line 3))`);
});

test("columns by a pattern, and runs by a column", async () => {
  put({ "own/t.csv": "run,n,d,role,T-hella-B,other\na,1M,1B,fit,1.5,2\nb,2M,2B,target,1.25,2\n" });
  const options = { columns: /^T-(?<subject>\w+)-(?<metric>\w)$/, main: new Map([["loss", "B"]]) };
  const { lines } = await imported("wide", "own", options);
  expect(lines).toEqual([
    "run,role,n,d,c,subject,loss",
    "a,fit,1000000,1000000000,6000000000000000,hella,1.5",
    "b,target,2000000,2000000000,24000000000000000,hella,1.25",
  ]);
  expect(await messageOf(imported("wide", "own", { columns: /^X(?<subject>.)$/ }))).toContain(
    "no column is named as a metric of a task (run, n, d, role, T-hella-B, other); --metric-pattern",
  );
});

test("shares and metrics of two files are joined by run", async () => {
  put({
    "mix/ratios.csv": "run_id,name,web,code\nr1,x,0.75,0.25\nr2,y,0.5,0.5\nr3,z,1,0\n",
    "mix/metrics.csv": "run_id,name,piqa,mmlu\nr2,y,1.25,2\nr1,x,1.5,3\nr4,w,1,1\n",
    "sizes.csv": "model,n,d\n*,1M,1B\n",
  });
  const { lines, notes } = await imported("wide", "mix", { models: path("sizes.csv") });
  expect(lines).toEqual([
    "run,role,n,d,c,subject,loss,mix.web,mix.code",
    "r2,fit,1000000,1000000000,6000000000000000,piqa,1.25,0.5,0.5",
    "r2,fit,1000000,1000000000,6000000000000000,mmlu,2,0.5,0.5",
    "r1,fit,1000000,1000000000,6000000000000000,piqa,1.5,0.75,0.25",
    "r1,fit,1000000,1000000000,6000000000000000,mmlu,3,0.75,0.25",
  ]);
  expect(notes).toContain("1 row left out: in metrics.csv only, without shares (r4)");
  expect(notes).toContain("1 row left out: in ratios.csv only, without metrics (r3)");
  expect(notes).toContain("2 runs of both files, joined by run_id; shares of web, code");
});
