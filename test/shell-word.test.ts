import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellWord } from "../src/text.ts";

test("a path that needs no quotes stays as it is", () => {
  expect(shellWord("runs/my-sweep_2.x")).toBe("runs/my-sweep_2.x");
});

test.each(["a b", "x; echo ran", "$(echo ran)", "it's", "`ls`", "a\nb", "<b>&"])("%j is one word", (path) => {
  expect(execFileSync("sh", ["-c", `printf %s ${shellWord(path)}`], { encoding: "utf8" })).toBe(path);
});

test("a path is no option", () => {
  expect(shellWord("--out")).toBe("./--out");
});
