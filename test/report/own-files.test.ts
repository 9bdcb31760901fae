import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { demandOwn, reportOwner } from "../../src/report/own-files.ts";
import { writeReport } from "../../src/report/report.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { lawfit } from "../cli/command-line.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { mixedRows } from "../papers/flp-m/made-up.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { mixedRun, writeRun } from "./runs.ts";

const { folder, file } = temporaryFolder();
const at = (name: string) => join(folder, name);
let run = "";
let other = "";

beforeAll(async () => {
  run = await mixedRun(folder);
  const axes = { law: "m1", link: "linear" };
  other = await writeRun(folder, "other", { method: "flp-m", axes }, mixedRows());
});

describe("where no place is named", () => {
  test.each([
    ["html", {}, ["mixed.html"]],
    ["Markdown", { format: "md" }, ["mixed.md", "mixed-figures"]],
    ...(wholeCrosses ? [["all pictures", { format: "svg" }, ["mixed-figures"]] as const] : []),
    ["one picture", { format: "svg", figure: "chain" }, ["mixed-figures"]],
  ] as const)("%s go beside the run, with its name", async (_, options, names) => {
    const { files } = await writeReport(`${run}/`, options);
    const parts = files.map((path) => path.slice(folder.length + 1).split("/")[0]!);
    expect([...new Set(parts)]).toEqual(names);
    for (const path of files) expect(existsSync(path), path).toBe(true);
  });

  test("of the folder one is in, too", async () => {
    const before = process.cwd();
    process.chdir(run);
    const written = await writeReport(".").finally(() => process.chdir(before));
    expect(written.files.map((path) => basename(path))).toEqual(["mixed.html"]);
    expect(existsSync(at("mixed.html"))).toBe(true);
  });
});

const kept = async (path: string, message: RegExp, options: object = {}) => {
  const before = readFileSync(path);
  expect(await messageOf(writeReport(run, { out: path, ...options }))).toMatch(message);
  expect(readFileSync(path).equals(before)).toBe(true);
};

describe("a file that is there", () => {
  test.each([
    ["html", {}],
    ...(wholeCrosses ? [["md", {}] as const] : []),
    ["svg", { figure: "chain" }],
    ["png", { figure: "chain" }],
  ] as const)("and is the same run's report is made anew: %s", async (ending, options) => {
    const out = at(`again.${ending}`);
    for (const _ of [1, 2]) await writeReport(run, { ...options, out });
    // What another run's report wrote is kept.
    expect(await messageOf(writeReport(other, { ...options, out, figure: "answer", format: "svg" }))).toMatch(
      /again\.\w+: already exists and is not a report that lawfit wrote of .*other; give another --out, or --force/,
    );
  });

  test("and belongs to somebody else is kept, and replaced with force", async () => {
    const out = file("mine.html", "<p>my notes</p>");
    await kept(
      out,
      /mine\.html: already exists and is not a report that lawfit wrote of .*mixed; give another --out/,
    );
    await writeReport(run, { out, force: true });
    expect(readFileSync(out, "utf8")).toMatch(/^<!doctype html>/);
  });

  test("and was completed by hand, or is a paper with the report in it, is kept", async () => {
    const out = at("paper.md");
    await writeReport(run, { out });
    const written = readFileSync(out, "utf8");
    writeFileSync(out, written.replace("## Figures", "## Figures\n\nN is without embeddings."));
    await kept(out, /paper\.md: was changed since lawfit wrote it; give another --out, or --force/);
    const owner = await reportOwner(run);
    await demandOwn(file("same.md", written), owner);
    const ends = { "in its midst": "\n## Discussion\n", "at its end": "" };
    for (const [place, end] of Object.entries(ends)) {
      const paper = file("draft.md", `# Draft\n\n${written}${end}`);
      expect(await messageOf(demandOwn(paper, owner)), place).toMatch(
        /draft\.md: was changed since lawfit wrote it/,
      );
    }
  });

  test.each([
    ["md", {}],
    ...(wholeCrosses ? [["html", {}] as const] : []),
    ["svg", { figure: "chain" }],
  ] as const)("and was added to at its end is kept: %s", async (ending, options) => {
    const out = at(`added.${ending}`);
    await writeReport(run, { ...options, out });
    const written = readFileSync(out, "utf8");
    writeFileSync(out, `${written}\nMy notes.\n`);
    await kept(out, /added\.\w+: was changed since lawfit wrote it; give another --out, or --force/, options);
    // An editor's empty lines are no loss.
    writeFileSync(out, `${written}\n\n`);
    await writeReport(run, { ...options, out });
  });

  test("in a folder of pictures keeps all of them as they were", async () => {
    const out = at("pictures");
    mkdirSync(out);
    const path = file("pictures/variance.svg", "<svg/>");
    expect(await messageOf(writeReport(run, { out, format: "svg" }))).toMatch(
      /variance\.svg: already exists/,
    );
    expect(readdirSync(out)).toEqual(["variance.svg"]);
    expect(readFileSync(path, "utf8")).toBe("<svg/>");
  });

  test("and is a run's that was moved since is known again", async () => {
    const table = at("own.parquet");
    await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder())));
    const spec = { method: "ladder", table, starts: 4, profiles: false, backend: "cpu" } as const;
    await runSweep(spec, { out: at("own") });
    const options = { figure: "chain", out: at("own.svg") };
    await writeReport(at("own"), options);
    renameSync(at("own"), at("elsewhere"));
    await writeReport(at("elsewhere"), options);
  });
});

test("the command line says it in one line, with exit code 2, and takes --force", async () => {
  const out = file("taken.html", "taken");
  const { code, stderr } = await lawfit("report", run, "--out", out);
  expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 2, lines: 2 });
  expect(readFileSync(out, "utf8")).toBe("taken");
  expect((await lawfit("report", run, "--out", out, "--force")).code).toBe(0);
});
