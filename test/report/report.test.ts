import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeReport } from "../../src/report/report.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { flpRun } from "./runs.ts";

const { folder } = temporaryFolder();
const run = await flpRun(folder);
const at = (name: string) => join(folder, name);

test("the page asks nothing of the network", async () => {
  const { files } = await writeReport(run, { out: at("page.html") });
  expect(files).toEqual([at("page.html")]);
  const page = readFileSync(at("page.html"), "utf8");
  expect(page.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\//);
  expect(page).toContain("prefers-color-scheme:dark");
});

test("Markdown names the pictures that it writes, and ends with the checklist", async () => {
  const { files } = await writeReport(run, { out: at("report.md") });
  const text = readFileSync(at("report.md"), "utf8");
  const pictures = Array.from(text.matchAll(/!\[.*\]\((.*)\)/g), ([, path]) => path!);
  expect(pictures.length).toBe(files.length - 1);
  for (const picture of pictures) expect(existsSync(at(picture)), picture).toBe(true);
  expect(text).toMatch(/## Reporting checklist\n\n\| item \| reported \|/);
  expect(text).toContain("- Mixtures of the training data: the sweep looked for no mixture");
});

test("one figure as PNG, in dark colours", async () => {
  await writeReport(run, { out: at("chain.png"), figure: "chain", theme: "dark" });
  expect(readFileSync(at("chain.png")).subarray(1, 4).toString()).toBe("PNG");
});

test("one figure as SVG has the colours themselves", async () => {
  await writeReport(run, { out: at("chain.svg"), figure: "chain" });
  const svg = readFileSync(at("chain.svg"), "utf8");
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(svg).not.toContain("var(");
});

test("all figures go into a folder", async () => {
  const { files, drawn } = await writeReport(run, { out: at("figures"), format: "svg" });
  expect(readdirSync(at("figures")).toSorted()).toEqual(
    files.map((file) => file.slice(at("figures/").length)).toSorted(),
  );
  expect(files).toHaveLength(drawn.filter(({ drawing }) => "panels" in drawing).length);
});

test.each([
  [
    "a figure that the run has nothing for",
    { figure: "mixtures", format: "svg" },
    /no figure mixtures: the sweep looked for no mixture/,
  ],
  ["an unknown figure", { figure: "chains", format: "svg" }, /unknown figure "chains"; allowed: .*chain/],
  [
    "a figure of a page",
    { figure: "chain", format: "html" },
    /--figure chain is of formats svg and png; the format is html/,
  ],
] as const)("%s is the user's mistake", async (_, options, message) => {
  expect(await messageOf(writeReport(run, { ...options, out: at("no.svg") }))).toMatch(message);
  expect(existsSync(at("no.svg"))).toBe(false);
});

test("a file where a folder of figures should go is the user's mistake", async () => {
  writeFileSync(at("taken"), "");
  expect(await messageOf(writeReport(run, { out: at("taken"), format: "svg" }))).toMatch(
    /taken: is a file; allowed: a folder/,
  );
});
