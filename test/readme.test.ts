import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { methods } from "../src/registry.ts";
import { lawfit } from "./cli/command-line.ts";
import { expectDocumented } from "./documented-table.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The rows of the table under a head of README. */
function rowsUnder(head: string): string[][] {
  const [, section] = new RegExp(`^## ${head}$(.*?)^## `, "ms").exec(readme)!;
  const lines = section!.split("\n").filter((line) => line.startsWith("| "));
  // A bar inside a cell has a backslash before it.
  return lines.slice(2).map((line) => line.slice(2, -2).split(" | "));
}

const commands = rowsUnder("Commands").map(([written]) => written!.slice(1, -1).replaceAll("\\|", "|"));
/** The part of a help that lists commands; a text without them has none. */
const commandsOf = (help: string): string => /^Commands:$(.*?)^$/ms.exec(help)?.[1] ?? "";
const nameOf = (command: string): string => command.split(" ")[1]!;

test("README has a row for each command", async () => {
  const { stdout } = await lawfit("--help");
  const listed = Array.from(commandsOf(stdout).matchAll(/^ +(\S+)/gm), ([, name]) => name!);
  expect(commands.map(nameOf).sort()).toEqual(listed.sort());
});

test.each(commands)("what README says of %s is in its help", async (command) => {
  const [, name, ...words] = command.split(" ");
  // Words in small letters are names that the command takes, each perhaps with options of its own.
  const names = words.filter((word) => /^[a-z]/.test(word)).flatMap((word) => word.split("|"));
  const { stdout: help } = await lawfit(name!, "--help");
  const { stdout: helpOfName } = await lawfit(name!, ...names.slice(0, 1), "--help");
  for (const word of names) expect(help).toContain(word);
  const subcommands = Array.from(
    commandsOf(help).matchAll(new RegExp(`^ +lawfit ${name} ([a-z]\\S*)`, "gm")),
    ([, sub]) => sub!,
  );
  expect(names).toEqual(expect.arrayContaining(subcommands));
  for (const option of words.filter((word) => word.startsWith("--"))) {
    expect(`${help}${helpOfName}`).toMatch(new RegExp(`^ +${option} `, "m"));
  }
});

test("README has the methods", () => {
  const rows = Array.from(methods.values(), ({ name, description }) => [`\`${name}\``, description]);
  expectDocumented("../README.md", "methods", ["method", "what it predicts, and from what"], rows);
});
