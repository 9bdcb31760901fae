import { expect, test } from "vitest";
import { visibleLine, visibleText } from "../src/text.ts";

test("what has no sign of its own is written out; all other text stays", () => {
  expect(visibleLine("\u001b[31mred\u0007\r\n\t\u009b2J\u007f")).toBe(
    "\\u001b[31mred\\u0007\\r\\n\\t\\u009b2J\\u007f",
  );
  expect(visibleLine("\u202eabc\u2066\u200f\u061c\u2028\ufeff\u200b")).toBe(
    "\\u202eabc\\u2066\\u200f\\u061c\\u2028\\ufeff\\u200b",
  );
  expect(visibleLine("\ud800x\udc00 \uffff")).toBe("\\ud800x\\udc00 \\uffff");
  const plain = 'α ≤ 10²¹ 😀 日本語 é "<&>` | C:\\runs';
  expect(visibleLine(plain)).toBe(plain);
  expect(visibleText("a\n\tb\u001b\r\n")).toBe("a\n\tb\\u001b\\r\n");
});

test("JSON means the same after it", () => {
  const name = "a\u0085\u202e\u2029\ufffe\u{1fffe}\n";
  expect(JSON.parse(visibleText(JSON.stringify({ name })))).toEqual({ name });
});
