import { notAmong, UserError } from "../errors.ts";
import { version } from "../version.ts";
import { COMMANDS, type CommandCode, type ListedCommand } from "./command-list.ts";
import { failWith, printText, watchOutputStreams } from "./output.ts";

const PROGRAM = "lawfit";
const PURPOSE = "Fits language-model scaling laws in bulk.";

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
    await runFrom(COMMANDS, PROGRAM, PURPOSE, words);
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
    `${path} COMMAND --help says what a command takes.\n${PROGRAM} --version prints the version.\n`
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
  const { demandSwitches, explainMisuse, Misuse, parserOf } = await import("./parser.ts");
  const help = () =>
    parserOf({ ...code, handler: () => {} }, called, command, [])
      .wrap(null)
      .getHelp();
  try {
    if (words.some((word) => word.includes("="))) demandSwitches(await help(), words);
    await parserOf(code, called, command, words).parseAsync();
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    const said = explainMisuse(error.message, words, await help());
    throw new UserError(`${said}; see ${called} --help`);
  }
}
