import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { packageFolder } from "../../src/solve/paths.ts";
import { sweepJsonSchema } from "../../src/spec/json-schema.ts";
import { schemaLine } from "../../src/spec/schema-line.ts";
import { lawfit } from "../cli/command-line.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder, file } = temporaryFolder();

/** Whether the JSON Schema by which editors check takes a sweep: its own reader of JSON Schema, not the schemas that it is made of. */
const schema = z.fromJSONSchema(sweepJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
const mistakes = (yaml: string) => schema.safeParse(parse(yaml, { merge: true })).error?.issues ?? [];

/** What the line of the schema leads to from a file, as the YAML language server follows it: up to a blank, from the file. */
function schemaOf(path: string): URL {
  const [, address] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(path, "utf8")) ?? [];
  return new URL(address!, pathToFileURL(path));
}

const ownSchema = pathToFileURL(join(packageFolder, "sweep.schema.json")).href;

const shipped = ["data-samples", "bench/scalebench"].flatMap((place) =>
  readdirSync(join(packageFolder, place), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(packageFolder, place, name)),
);

test.each(shipped.map((path) => relative(packageFolder, path)))("an editor takes %s", (name) => {
  const path = join(packageFolder, name);
  expect(mistakes(readFileSync(path, "utf8"))).toEqual([]);
  expect(schemaOf(path).href).toBe(ownSchema);
});

const pages = ["README.md", ...readdirSync(join(packageFolder, "docs")).map((name) => `docs/${name}`)];
const documented = pages
  .filter((name) => name.endsWith(".md"))
  .flatMap((page) => {
    const text = readFileSync(join(packageFolder, page), "utf8");
    return Array.from(text.matchAll(/^```yaml\n(.*?)^```$/gms), ([, yaml]) => ({ page, yaml: yaml! }));
  })
  // Parts of sweep files, and other files, begin otherwise.
  .filter(({ yaml }) => /^(table|preset|method|targets|axes|columns):/m.test(yaml));

test("an editor takes every sweep file of the documentation", () => {
  expect(documented.length).toBeGreaterThan(15);
  for (const { page, yaml } of documented) {
    expect({ page, mistakes: mistakes(yaml) }).toEqual({ page, mistakes: [] });
    // A file that names its table is whole.
    const isLed = yaml.startsWith("# yaml-language-server: $schema=node_modules/lawfit/sweep.schema.json\n");
    expect({ page, isLed }).toEqual({ page, isLed: /^table: /m.test(yaml) });
  }
});

test.each([
  "targets: 7B@2T",
  "targets: {N: 7B, D: 2T, experts: 8}",
  "targets: [7B-4T, {name: 70B, n: 70B, d: 2e12}]",
])("an editor takes %s", (yaml) => {
  expect(mistakes(yaml)).toEqual([]);
});

test.each([
  "methd: ladder",
  "method: laddr",
  "starts: many",
  "axes: {lnk: sigmoid}",
  "targets: {N: [7B]}",
  "bootstrap: {resamples: x}",
])("an editor marks %s", (yaml) => {
  expect(mistakes(yaml)).not.toEqual([]);
});

test("sweep files that lawfit writes lead editors to its schema", async () => {
  const table = file(
    "own.csv",
    "run,params,tokens,task,loss,accuracy\na,1e8,2e9,x,2.5,0.3\nb,2e8,4e9,x,2.25,0.4\n",
  );
  const sweep = join(folder, "own sweep.yaml");
  expect((await lawfit("inspect", table, "--write", sweep)).code).toBe(0);
  expect((await lawfit("simulate", "ladder", "--out", join(folder, "made"), "--format", "csv")).code).toBe(0);
  for (const path of [sweep, join(folder, "made", "sweep.yaml")]) {
    expect(mistakes(readFileSync(path, "utf8"))).toEqual([]);
    expect(schemaOf(path).href).toBe(ownSchema);
  }
});

test("in a project with lawfit the path stays in the project, which may move", () => {
  const project = join(folder, "my project");
  mkdirSync(join(project, "sweeps"), { recursive: true });
  mkdirSync(join(project, "node_modules", "lawfit"), { recursive: true });
  writeFileSync(join(project, "node_modules", "lawfit", "sweep.schema.json"), "{}");
  const line = (path: string) => /\$schema=(.*)\n$/.exec(schemaLine(join(project, path)))?.[1];
  expect(line("sweep.yaml")).toBe("node_modules/lawfit/sweep.schema.json");
  expect(line("sweeps/sweep.yaml")).toBe("../node_modules/lawfit/sweep.schema.json");
  expect(/=(.*)\n/.exec(schemaLine(join(packageFolder, "sweep.yaml")))?.[1]).toBe("sweep.schema.json");
});
