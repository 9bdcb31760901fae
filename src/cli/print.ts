import { visibleLine, visibleText } from "../visible-text.ts";

/** A message in one line, whatever it quotes. */
export function messageLine(message: string): string {
  return visibleLine(message.replace(/\s*\n\s*/g, "; "));
}

/** Prints a text for people: what a name of a table could do to a terminal is written out instead. */
export function printText(text: string): void {
  process.stdout.write(visibleText(text));
}

/** Prints JSON or CSV: for programs as it is, on a terminal as a text for people. */
export function printData(text: string): void {
  process.stdout.write(process.stdout.isTTY ? visibleText(text) : text);
}

/** Prints a table in a format that was asked for. */
export function printFormatted(text: string, format: string): void {
  (format === "json" || format === "csv" ? printData : printText)(text);
}
