import { expect, test } from "vitest";
import { parquetOf } from "../parquet-files.ts";
import { layoutFolder } from "./imported.ts";

const { put, path, imported } = layoutFolder();

test("a history: tokens and scores on different rows, a resume, training losses and rows without scores", async () => {
  put({ "history/.keep": "" });
  await parquetOf(
    path("history"),
    "team-proj-run-70M-history:v0.parquet",
    `SELECT * FROM (VALUES
      (10, 1.5, 1000.0, NULL, NULL), (10, NULL, NULL, 3.0, 0.25), (20, 1.25, 2000.0, NULL, NULL),
      (20, NULL, NULL, 2.5, 0.5), (20, NULL, NULL, 2.25, 0.75)
    ) AS t(_step, "train/loss", "throughput/total_tokens", "eval/c4/loss", "eval/piqa/acc")`,
  );
  const { lines, notes } = await imported("wandb", "history");
  expect(lines).toEqual([
    "run,role,n,d,c,step,subject,loss,accuracy,chance",
    "team-proj-run-70M,fit,70000000,1000,420000000000,10,c4,3,,",
    "team-proj-run-70M,fit,70000000,1000,420000000000,10,piqa,,0.25,0.5",
    "team-proj-run-70M,fit,70000000,2000,840000000000,20,c4,2.25,,",
    "team-proj-run-70M,fit,70000000,2000,840000000000,20,piqa,,0.75,0.5",
  ]);
  expect(notes).toContain(
    "2 checkpoints and subjects of 1 run are there more than once (team-proj-run-70M): the last is kept (--keep last); 2 differ in value",
  );
  expect(notes).toContain(
    "n of 1 model is from the names of models, rounded as they are there: team-proj-run-70M",
  );
  expect((await imported("wandb", "history", { keep: "first" })).lines[3]).toContain(",c4,2.5,");
});

test("the CSV of panels: runs in columns, __MIN and __MAX left out, files joined by run and step", async () => {
  put({
    "panel/loss.csv":
      '"Step","small-10M - eval/loss","small-10M - eval/loss__MIN","small-10M - eval/loss__MAX","Group: exp - big-20M - eval/loss"\n' +
      '"100","3.5","3","4","3.25"\n"200","3.25","3","4",""\n',
    "panel/acc.csv": '"Step","small-10M - eval/acc"\n"100","0.5"\n',
  });
  const { lines, notes } = await imported("wandb", "panel", { tokensPerStep: 1000 });
  expect(lines).toEqual([
    "run,role,n,d,c,step,subject,loss,accuracy",
    "small-10M,fit,10000000,100000,6000000000000,100,eval,3.5,0.5",
    "small-10M,fit,10000000,200000,12000000000000,200,eval,3.25,",
    "exp - big-20M,fit,20000000,100000,12000000000000,100,eval,3.25,",
  ]);
  expect(notes).toContain("columns of groups are means of several runs: exp - big-20M");
  expect(notes).toContain("2 columns left out: least or largest value of sampled steps (__MIN, __MAX)");
  expect(notes).toContain("the CSV of a panel is sampled: a history has every step");
});

test("the runs table, and one value a row", async () => {
  put({
    "runs/runs.csv":
      "Name,State,Notes,Created,params,train_tokens,eval/piqa/acc,eval/piqa/bpb\na,finished,,2026,1e6,1e9,0.5,1.5\nb,crashed,,2026,2e6,2e9,62,1.25\n",
    "long/rows.csv":
      "run,step,key,value\nx,1,params,1e6\nx,1,tokens,1e9\nx,1,eval/c4/loss,3\nx,1,lr,0.1\nx,1,eval/c4/ppl,oops\n",
  });
  const table = await imported("auto", "runs");
  expect(table.notes[0]).toBe("recognised as wandb, by runs.csv");
  expect(table.notes).toContain("1 of 2 runs did not finish, and are as they were logged last: b");
  expect(table.notes).toContain("1 subject: scores in per cent, divided by 100 (piqa: acc 0.5 to 62)");
  expect(table.notes).toContain(
    "1 subject: scores up to 1 beside per cent: are some shares? (piqa: 1 of acc)",
  );
  expect(table.lines[1]).toBe("a,fit,1000000,1000000000,6000000000000000,piqa,1.5,0.005,0.5");
  put({
    "same/runs.csv":
      "Name,ID,State,params,tokens,eval/loss\na,x1,finished,1e6,1e9,3\na,x2,finished,1e6,1e9,2\n",
  });
  const same = await imported("wandb", "same");
  expect(same.lines.slice(1).map((line) => line.slice(0, 4))).toEqual(["a-x1", "a-x2"]);
  const long = await imported("wandb", "long");
  expect(long.lines.slice(1)).toEqual(["x,fit,1000000,1000000000,6000000000000000,1,c4,3"]);
  expect(long.notes).toContain("1 row left out: its key is no metric of an evaluation (lr)");
  expect(long.notes).toContainEqual(expect.stringContaining("1 value left out: not a number ("));
});
