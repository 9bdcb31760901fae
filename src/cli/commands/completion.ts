import yargs, { type Argv } from "yargs";
import { COMMANDS, type CommandCode, type ListedCommand } from "../command-list.ts";

/** `lawfit completion`: the script by which a shell asks lawfit for the words that may follow. */
export const completionCommand: CommandCode = {
  builder: (parser: Argv) =>
    parser
      .example("$0 >> ~/.bashrc", "for bash; the next shell completes commands, options and their values")
      .example("SHELL=zsh $0 >> ~/.zshrc", "for zsh"),
  handler: () => {
    yargs().scriptName("lawfit").completion("completion").showCompletionScript();
  },
};

/**
 * Prints the words that may follow on a command line, one a line, as the script of `lawfit completion` asks for them. Only the
 * code of the command that was typed is loaded.
 *
 * @param words `--get-yargs-completions`, then the words that were typed, lawfit's name included
 */
export async function complete(words: readonly string[]): Promise<void> {
  const parser = yargs([...words])
    .scriptName("lawfit")
    .exitProcess(false);
  (await adderOf(COMMANDS, words.slice(2)))(parser.parserConfiguration({ "camel-case-expansion": false }));
  await parser.parseAsync();
}

/** A function that adds commands to a parser: of the one that the first word names also the options, or its own commands. */
async function adderOf(
  commands: readonly ListedCommand[],
  [word, ...rest]: readonly string[],
): Promise<(parser: Argv) => Argv> {
  const code = await commands.find(({ name }) => name === word)?.load();
  const within = code !== undefined && !("handler" in code) ? await adderOf(code, rest) : undefined;
  const builder = within ?? (code as CommandCode | undefined)?.builder ?? {};
  return (parser) =>
    commands.reduce((adding, { name, takes = "", describe }) => {
      const command = { command: `${name} ${takes}`.trim(), describe, handler: () => {} };
      return adding.command(name === word ? { ...command, builder } : command);
    }, parser);
}
