import { expect, test } from "vitest";
import { printLine, progressReporter } from "../../src/cli/progress.ts";

function record(isTTY: boolean, times: number[]): string[] {
  const written: string[] = [];
  let call = 0;
  const report = progressReporter(
    "solved",
    { isTTY, write: (text) => written.push(text) },
    () => times[call++]!,
  );
  const reports = isTTY ? times.length : times.length - 1;
  for (let done = 1; done <= reports; done++) report(done, reports);
  return written;
}

test("a terminal has a bar, which is gone at the end", () => {
  const written = record(true, [0, 10, 200]);
  expect(written[0]).toBe("\rsolved [########                ] 1 of 3");
  expect(written).toHaveLength(2);
  expect(written[1]).toMatch(/^\r +\r$/);
});

test("elsewhere there is a plain line every five seconds, and none for short work", () => {
  expect(record(false, [0, 100, 200, 300])).toEqual([]);
  expect(record(false, [0, 100, 5100, 5200, 10_200])).toEqual(["solved 2 of 4\n", "solved 4 of 4\n"]);
});

test("a line that is printed beside a bar takes the bar's place on a terminal, and is plain elsewhere", () => {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  printLine("warning: one", { isTTY: true, write });
  printLine("warning: two", { write });
  expect(written).toEqual(["\r\u001B[Kwarning: one\n", "warning: two\n"]);
});
