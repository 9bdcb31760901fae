import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageFolder } from "../../src/solve/paths.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { lawfit } from "./command-line.ts";

/** Parts of the commands that are not run here, and why. Benchmarks, which are not run by `npx lawfit`, take minutes too. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "data-samples/overnight/sweep.yaml": "ten minutes; its dry run prints times of a machine",
  "night.yaml": "a sweep file of the reader's, for several machines",
  "status night": "goes on with the sweep of a night",
  "merge night": "goes on with the sweep of a night",
  "data-samples/flp-m/": "a minute",
};
/** Commands of some seconds, which nothing else on the pages goes on with: `npm run test:all` has them. */
const LONG = [
  "data-samples/loss-to-loss/sweep.yaml",
  "data-samples/loss-to-loss/families.yaml",
  "data-samples/ladder/laws.yaml",
  "plan data-samples/ladder/checkpoints.parquet",
];
const isRun = ({ command }: Documented) =>
  ![...Object.keys(NOT_RUN), ...(wholeCrosses ? [] : LONG)].some((part) => command.includes(part));
/** Whether the package has the data of a command. */
const hasData = ({ command }: Documented) => /data-samples|runs\/sample/.test(command);

const pages = [
  "README.md",
  ...readdirSync(join(packageFolder, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const documented = pages.filter((page) => page.endsWith(".md")).flatMap(commandsOf);

interface Documented {
  page: string;
  command: string;
  /** What the page says that it prints, if it does. */
  printed: string | undefined;
}

/** The commands of the shell blocks of a page; a block without a language after one is what its last command prints. */
function commandsOf(page: string): Documented[] {
  const text = readFileSync(join(packageFolder, page), "utf8");
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, language, block], i) => {
    if (language !== "sh") return [];
    const lines = block!.replaceAll("\\\n", " ").split("\n");
    const commands = lines.flatMap((line) => /npx lawfit ([^#>]+)/.exec(line)?.[1]?.trim() ?? []);
    const next = blocks[i + 1];
    return commands.map((command, c) => ({
      page,
      command,
      printed: c === commands.length - 1 && next?.[1] === "" ? next[2] : undefined,
    }));
  });
}

/** The words of a command line, what stands in quotation marks as one. */
const wordsOf = (command: string) =>
  Array.from(command.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain]) => quoted ?? plain!);

const { folder } = temporaryFolder();
const before = process.cwd();

beforeAll(async () => {
  symlinkSync(join(packageFolder, "data-samples"), join(folder, "data-samples"));
  process.chdir(folder);
  // What `npm run sample` leaves.
  const { code } = await lawfit("sweep", "data-samples/ladder/sweep.yaml", "--out", "runs/sample", "--quiet");
  expect(code).toBe(0);
});
afterAll(() => process.chdir(before));

describe("commands of the documentation", () => {
  const run = documented.filter(isRun);

  test.each(run.filter(hasData))(
    "$page: lawfit $command prints what the page says",
    async ({ command, printed }) => {
      const { code, stdout } = await lawfit(...wordsOf(command));
      expect(code).toBe(0);
      expect(stdout).toContain(printed ?? "");
    },
  );

  test.each(run.filter((one) => !hasData(one)))(
    "$page: lawfit $command wants for its data alone, which the package does not have",
    async ({ command }) => {
      const { code, stderr } = await lawfit(...wordsOf(command));
      expect(stderr).toMatch(/no such|no run file/);
      expect(stderr).not.toContain("--help");
      expect(code).toBe(2);
    },
  );

  test.each([...Object.keys(NOT_RUN), ...LONG])("%s, which is not always run here, is on a page", (part) => {
    expect(documented.some(({ command }) => command.includes(part))).toBe(true);
  });
});
