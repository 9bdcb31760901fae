import { expect, test } from "vitest";
import { markdownTable, markdownText } from "../src/text.ts";

test.each([
  ["hellaswag_val", "hellaswag_val"],
  ["0.8252", "0.8252"],
  ["-0.5", "-0.5"],
  ["_x_ *y* `z`", "\\_x\\_ \\*y\\* \\`z\\`"],
  ["<b>&amp;", "\\<b\\>\\&amp;"],
  ["[a](javascript:b)", "\\[a\\](javascript:b)"],
  ["a|b\nc\u202e", "a\\|b\\\\nc\\\\u202e"],
  ["# head", "\\# head"],
  ["- item", "\\- item"],
  ["--- ", "\\---"],
  ["1. item", "1\\. item"],
])("%j in Markdown shows what it is", (text, markdown) => {
  expect(markdownText(text)).toBe(markdown);
});

test("a cell ends no cell, whether it is Markdown already or not", () => {
  expect(markdownTable(["a|b"], [[markdownText("c|d")], ["`e|f`"]])).toEqual([
    "| a\\|b |",
    "| --- |",
    "| c\\|d |",
    "| `e\\|f` |",
  ]);
});
