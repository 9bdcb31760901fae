import { notAmong, UserError } from "../errors.ts";
import { version } from "../version.ts";
import { COMMANDS, type CommandCode, type ListedCommand } from "./command-list.ts";
import { failWith, printText, watchOutputStreams } from "./output.ts";

const PROGRAM = "lawfit";
const PURPOSE = "Fits language-model scaling laws in bulk.";

/** What the help of the program, and of each group of commands, ends with. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  [PROGRAM]: ["inspect runs.csv", "sweep ladder --table runs.csv --target 7B@2T --interval"],
  [`${PROGRAM} simulate`]: ["ladder --out sample", "flp-m --out sample --format csv"],
};

/**
 * Runs the command line. Sets the exit code: 0, 2 for the user's mistakes, 1 for ours.
 *
 * @param words the arguments after the program's name
 */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  watchOutputStreams();
  try {
    if (words[0] === "--get-yargs-completions") {
      const { complete } = await import("./commands/completion.ts");
      return await complete(words);
    }
    const spelled = words.map((word) => (word === "-h" ? "--help" : word));
    await runFrom(COMMANDS, PROGRAM, PURPOSE, spelled);
  } catch (error) {
    failWith(error);
  }
}

/** Runs the command that the first word names, or prints what there is to run. */
async function runFrom(
  commands: readonly ListedCommand[],
  path: string,
  purpose: string,
  [word, ...rest]: readonly string[],
): Promise<void> {
  const names = commands.map(({ name }) => name);
  if (word === "--help" || word === "help") return printText(helpOf(commands, path, purpose));
  if (word === "--version") return printText(`${version}\n`);
  if (word === undefined || word.startsWith("-")) {
    const place = word === undefined ? "" : ` before ${word}`;
    throw new UserError(`a command is missing${place}; allowed: ${names.join(", ")}; see ${path} --help`);
  }
  const command = commands.find(({ name }) => name === word);
  if (command === undefined) {
    throw new UserError(`unknown command ${notAmong(word, names)}; see ${path} --help`);
  }
  const code = await command.load();
  const called = `${path} ${word}`;
  if ("handler" in code) await execute(code, called, command, rest);
  else await runFrom(code, called, command.describe, rest);
}

/** The help of the program, or of a group of commands. */
function helpOf(commands: readonly ListedCommand[], path: string, purpose: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, describe }) => `  ${name.padEnd(width)}  ${describe}\n`);
  return (
    `${path} COMMAND\n\n${purpose}\n\nCommands:\n${lines.join("")}\n` +
    `${path} COMMAND --help says what a command takes.\n${PROGRAM} --version prints the version.\n\n` +
    `Examples:\n${EXAMPLES[path]!.map((words) => `  ${path} ${words}\n`).join("")}`
  );
}

/** Reads the words after a command's name and runs it. */
async function execute(
  code: CommandCode,
  called: string,
  command: ListedCommand,
  words: readonly string[],
): Promise<void> {
  // Loading yargs takes longer than all that the help of the program needs.
  const { demandSwitches, explainMisuse, isRepeating, Misuse, parserOf, withoutRepetition } = await import(
    "./parser.ts"
  );
  const helpOfCommand = (other: CommandCode, name: string, listed: ListedCommand) =>
    parserOf({ ...other, handler: () => {} }, name, listed, [])
      .wrap(null)
      .getHelp();
  const help = () => helpOfCommand(code, called, command);
  try {
    if (words.some((word) => /^--[\w-]+=/.test(word))) demandSwitches(await help(), words);
    const once = isRepeating(words) ? withoutRepetition(await help(), words) : words;
    await parserOf(code, called, command, once).parseAsync();
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    // Commands that run a sweep too, whose options are easily taken for those of this one.
    const others = COMMANDS.filter(({ takes }) => takes === "<sweep>" && takes === command.takes);
    const helps = others.map(async (other) => {
      const named = `${PROGRAM} ${other.name}`;
      return helpOfCommand((await other.load()) as CommandCode, named, other);
    });
    const said = explainMisuse(error.message, words, await help(), await Promise.all(helps));
    throw new UserError(`${said}; see ${called} --help`);
  }
}
