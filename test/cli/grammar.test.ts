import { beforeAll, describe, expect, test, vi } from "vitest";
import { COMMANDS, type CommandCode, type ListedCommand } from "../../src/cli/command-list.ts";
import { parserOf } from "../../src/cli/parser.ts";
import { lawfit } from "./command-line.ts";

interface Called {
  code: CommandCode;
  /** `lawfit simulate ladder`. */
  called: string;
  command: ListedCommand;
}

async function commandsOf(commands: readonly ListedCommand[], path: string): Promise<Called[]> {
  const lists = await Promise.all(
    commands.map(async (command): Promise<Called[]> => {
      const code = await command.load();
      const called = `${path} ${command.name}`;
      return "handler" in code ? [{ code, called, command }] : commandsOf(code, called);
    }),
  );
  return lists.flat();
}

/** What a help says of an option. */
interface Told {
  called: string;
  /** `number`, `string`, `boolean`, `array`, or `choices`. */
  type: string | undefined;
  /** The first two words of the description, which say of what kind the value is. */
  kind: string;
}

let all: Called[];
const helps = new Map<string, string>();
const options = new Map<string, Told[]>();

const parser = ({ code, called, command }: Called, words: readonly string[]) =>
  parserOf({ ...code, handler: () => {} }, called, command, words);

beforeAll(async () => {
  all = await commandsOf(COMMANDS, "lawfit");
  for (const entry of all) {
    const help = await parser(entry, []).wrap(null).getHelp();
    helps.set(entry.called, help);
    for (const [, name, text] of help.matchAll(/^ +--([\w-]+)(?:, --[\w-]+)* +(.+)$/gm)) {
      // yargs lists a default, the choices and the type in an order of its own; a default in words is a part of the description.
      const [, type] =
        /\[(number|string|boolean|array|choices)\b(?!.*\[(?:number|choices))/.exec(text!) ?? [];
      const kind = text!
        .split(" ")
        .slice(0, 2)
        .join(" ")
        .replace(/[:;,]$/, "");
      options.set(name!, [...(options.get(name!) ?? []), { called: entry.called, type, kind }]);
    }
  }
});

describe("options", () => {
  test("of one name are of one type and one kind in all commands", () => {
    for (const [name, told] of options) {
      const [first] = told;
      const others = told.filter(({ type, kind }) => type !== first!.type || kind !== first!.kind);
      expect(others, `--${name} is ${JSON.stringify(first)}`).toEqual([]);
    }
  });

  test("that take a number say so, and those that list several take commas", () => {
    const numbers = ["seed", "threads", "resamples", "limit", "tolerance", "noise-draws", "sizes", "level"];
    for (const name of numbers) expect(options.get(name)?.[0]?.type, name).toBe("number");
    for (const [name, told] of options) {
      if (["importer", "paths", "help"].includes(name)) continue;
      expect(told[0]!.type, name).toBeDefined();
    }
  });

  test("a format is asked for by --format; --json means the same where it was an option", async () => {
    expect(options.has("json")).toBe(false);
    const asked = all.filter(({ called }) => ["lawfit sweep", "lawfit status"].includes(called));
    for (const entry of asked)
      expect(await parser(entry, ["x", "--json"]).parseAsync()).toMatchObject({ json: true });
  });

  test("lists of a simulation are written with commas or blanks", async () => {
    const ladder = all.find(({ called }) => called === "lawfit simulate ladder")!;
    for (const sizes of [["200M,400M"], ["200M", "400M"]]) {
      const given = await parser(ladder, [
        "--out",
        "x",
        "--sizes",
        ...sizes,
        "--format",
        "csv,arrow",
      ]).parseAsync();
      expect(given).toMatchObject({ sizes: ["200M", "400M"], format: ["csv", "arrow"] });
    }
  });
});

test("the help of each command ends with two examples or more, and each of them is accepted", async () => {
  for (const entry of all) {
    const [, examples = ""] = helps.get(entry.called)!.split("\nExamples:\n");
    const lines = examples.trimEnd().split("\n");
    expect(lines.length, entry.called).toBeGreaterThanOrEqual(2);
    for (const line of lines) {
      const start = line.indexOf(entry.called);
      expect(start, line).toBeGreaterThan(0);
      const [typed = ""] = line.slice(start + entry.called.length).split(/ {2,}| > | >> /);
      const words = [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
      await expect(parser(entry, words).parseAsync(), line).resolves.toBeDefined();
    }
  }
});

describe("completion", () => {
  const words = async (...typed: string[]): Promise<string[]> => {
    vi.stubEnv("SHELL", "/bin/bash");
    const { stdout } = await lawfit("--get-yargs-completions", "lawfit", ...typed);
    vi.unstubAllEnvs();
    return stdout.trimEnd().split("\n");
  };

  test("of a command, of a command of a group, of an option and of its value", async () => {
    expect(await words("sw")).toEqual(COMMANDS.map(({ name }) => name));
    expect(await words("simulate", "")).toEqual(expect.arrayContaining(["ladder", "flp-m", "loss-to-loss"]));
    expect(await words("isoflop", "runs.csv", "--")).toEqual(
      expect.arrayContaining(["--layout", "--noise-draws"]),
    );
    expect(await words("sweep", "ladder", "--backend", "")).toEqual(expect.arrayContaining(["cuda", "tfjs"]));
    expect(await words("status", "run", "--")).not.toContain("--json");
  });

  test("a script for the shell asks for them", async () => {
    const { code, stdout } = await lawfit("completion");
    expect(code).toBe(0);
    expect(stdout).toContain("lawfit --get-yargs-completions");
  });
});
