import yargs, { type Argv } from "yargs";
import { didYouMean, notAmong, UserError } from "../errors.ts";
import { version } from "../version.ts";
import type { CommandCode, ListedCommand } from "./command-list.ts";
import { REPEATABLE } from "./options.ts";

/** A command line that yargs does not accept, in yargs' words. */
export class Misuse extends Error {}

/**
 * The parser of one command.
 *
 * @param called the words up to the command's name: `lawfit show`
 * @param words those that follow
 */
export function parserOf(
  code: CommandCode,
  called: string,
  { takes = "", describe }: ListedCommand,
  words: readonly string[],
): Argv {
  return (
    yargs([...words])
      .scriptName(called)
      .version(version)
      .detectLocale(false)
      .parserConfiguration({ "camel-case-expansion": false, "duplicate-arguments-array": true })
      .strict()
      .exitProcess(false)
      .wrap(Math.min(110, process.stdout.columns ?? 110))
      .fail((message, error) => {
        // What yargs itself finds wrong is the user's mistake; what a handler throws goes through as it is.
        if (error !== undefined && error !== null && error.name !== "YError") throw error;
        throw new Misuse(message);
      })
      // The only command of this parser: of a named one yargs would draw up the help whenever it runs.
      .command({ ...code, command: `$0 ${takes}`.trim(), describe })
  );
}

/**
 * What yargs finds wrong in the words after a command's name, with what was typed and what is allowed.
 *
 * @param message of yargs
 * @param help of the command, in lines that are not wrapped; its first line is the usage
 * @param others helps of commands that may have an option which this one lacks
 */
export function explainMisuse(
  message: string,
  words: readonly string[],
  help: string,
  others: readonly string[] = [],
): string {
  const [usage = ""] = help.split("\n");
  const [, given] = /^Not enough non-option arguments: got (\d+)/.exec(message) ?? [];
  if (given !== undefined) {
    const name = [...usage.matchAll(/<([\w-]+)/g)][Number(given)]![1]!;
    return `<${name}> is missing${described(help, name)}`;
  }
  const [, problem, lacking] =
    /^(Not enough arguments following|Missing required arguments?): ([^,\n]+)/.exec(message) ?? [];
  if (lacking !== undefined) {
    const what = problem!.startsWith("Missing") ? "is missing" : "needs a value";
    return `--${lacking} ${what}${described(help, `--${lacking}`)}`;
  }
  const [, name, value, choices] = /Argument: (\S+), Given: "(.*)", Choices: (.+)/.exec(message) ?? [];
  if (choices !== undefined) return `--${name}: ${notAmong(value!, JSON.parse(`[${choices}]`))}`;
  const [, unknown] = /^Unknown arguments?: (.+)$/.exec(message) ?? [];
  if (unknown === undefined) return message.replace(/\s*\n\s*/g, " ");
  const options = [...help.matchAll(/^ +(--[\w-]+)/gm)].map((match) => match[1]!);
  const parts = unknown.split(", ").map((argument) => {
    const option = optionOf(argument, words);
    if (option !== undefined) {
      const [taker] = others.find((other) => lineOf(other, option) !== undefined)?.split(" <") ?? [];
      const hint = taker === undefined ? didYouMean(option, options) : `, which ${taker} takes`;
      return `unknown option ${option}${hint}`;
    }
    const hint = options.includes("--table") ? "; a table is given as --table FILE" : "";
    return `unexpected argument ${JSON.stringify(argument)}${hint}; usage: ${usage}`;
  });
  return parts.join("; ");
}

/**
 * Demands that a switch with a value, `--quiet=false`, is given true or false: yargs takes any other for false.
 *
 * @param help of the command, in lines that are not wrapped
 * @throws UserError with the first value that is neither
 */
export function demandSwitches(help: string, words: readonly string[]): void {
  for (const word of words) {
    const [, name, value] = /^--(?:no-)?([\w-]+)=(.*)$/s.exec(word) ?? [];
    const isSwitch = name !== undefined && new RegExp(`^ +--${name} .*\\[boolean\\]`, "m").test(help);
    if (isSwitch && value !== "true" && value !== "false") {
      throw new UserError(`--${name}: ${notAmong(value!, ["true", "false"])}`);
    }
  }
}

/** Whether an option is typed more than once, under one name. */
export function isRepeating(words: readonly string[]): boolean {
  const typed = words.filter((word) => word.startsWith("--")).map((word) => word.split("=")[0]!);
  return new Set(typed).size < typed.length;
}

/**
 * The words with each option of one value once. Values that add up stay, and so do switches.
 *
 * @param help of the command, in lines that are not wrapped
 * @throws UserError where such an option is given twice with other values: which one is meant cannot be known
 */
export function withoutRepetition(help: string, words: readonly string[]): string[] {
  const values = new Map<string, string | undefined>();
  const left: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const [, option = "", written] = /^(--[\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    const line = (option && lineOf(help, option)) || REPEATABLE;
    const value = written ?? words[at + 1];
    const adds = line.includes(REPEATABLE) || /\[(boolean|array)\]/.test(line);
    if (adds || !values.has(option)) {
      left.push(word);
      if (!adds) values.set(option, value);
    } else if (values.get(option) !== value) {
      throw new UserError(`${option} is given twice: ${values.get(option)}, ${value}; allowed: once`);
    } else if (written === undefined) at++;
  }
  return left;
}

/** The line of a help on an option. */
function lineOf(help: string, option: string): string | undefined {
  return new RegExp(`^ +(?:--[\\w-]+, )*${option}[, ].*`, "m").exec(help)?.[0];
}

/** How an option was typed whose name yargs gives: `--tabel`, `--no-tabel`, `-t`; undefined where it was no option. */
function optionOf(name: string, words: readonly string[]): string | undefined {
  const typed = words.map((word) => word.split("=")[0]!).filter((word) => word.startsWith("-"));
  return typed.find(
    (word) => word.replace(/^-+(no-)?/, "") === name || (/^-[^-]/.test(word) && word.includes(name)),
  );
}

/** What a help says of an argument, for the end of a message. */
function described(help: string, name: string): string {
  const line = help.split("\n").find((text) => text.trimStart().startsWith(`${name} `));
  const [, what] = /^ *\S+ +(.*?)(?: {2,}\[.*)?$/.exec(line ?? "") ?? [];
  return what === undefined ? "" : `: ${what.replace(`; ${REPEATABLE}`, "")}`;
}
