import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { readYamlFile } from "../../src/spec/sweep-file.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";

const { folder, file } = temporaryFolder();

const laughs = [
  "a0: &a0 [x, x, x, x, x, x, x, x, x, x]",
  ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(", ")}]`),
].join("\n");

test.each([
  [
    "an alias of no anchor",
    "a: 1\nb: *unknown\n",
    "the alias *unknown without an anchor before it at line 2",
  ],
  ["an alias within its anchor", "x: 1\na: &a [1, *a]\n", "the alias *a within its own anchor at line 2"],
  ["a merge of a number", "a: 1\n<<: 3\n", "<<: takes over a value that is not a mapping at line 2"],
  [
    "a merge of a list of others",
    "a: &a {x: 1}\nb: {<<: [*a, 3]}\n",
    "<<: takes over a value that is not a mapping at line 2",
  ],
  ["billions of laughs", laughs, "aliases for more than 100000 values (*a3) at line 5"],
  ["bytes", "a: 1\nb: !!binary aGk=\n", "the tag tag:yaml.org,2002:binary at line 2"],
  ["a function", 'a: 1\nb: !!js/function "x"\n', "Unresolved tag: tag:yaml.org,2002:js/function at line 2"],
  ["a tag of its own", "a: !run x\n", "Unresolved tag: !run at line 1"],
  ["a key that stands twice", "a: 1\na: 2\n", "Map keys must be unique at line 2"],
  ["two documents", "a: 1\n---\nb: 2\n", "a second document; allowed: one at line 2"],
  ["a tab", "a:\n\tb: 1\n", "Tabs are not allowed as indentation at line 2"],
  ["lists in lists", "[".repeat(50_000), "mappings and lists within each other more than 100 deep at line 1"],
  ["- within -", `a: 1\nb:\n ${"- ".repeat(50_000)}`, "more than 100 deep at line 3"],
])("%s is refused with the line", async (name, content, said) => {
  const path = file(`${name}.yaml`, content);
  const message = await messageOf(readYamlFile(path));
  expect(message).toContain(`UserError: ${path}: not valid YAML: `);
  expect(message).toContain(said);
  expect(message).not.toContain("\n");
});

test.each([
  ["NUL", "a: 1\nb: \0\n", ", line 2: the character NUL; allowed: text"],
  ["UTF-16", Buffer.from("a: 1\n", "utf16le"), ": is UTF-16; allowed: UTF-8"],
  ["UTF-16 with a mark", Buffer.from("\ufeffa: 1\n", "utf16le"), ": is UTF-16; allowed: UTF-8"],
  ["other bytes", Buffer.from([97, 58, 32, 0xff, 0xfe]), ": is not UTF-8 text"],
])("%s is refused", async (name, content, said) => {
  const path = file(`${name}.yaml`, content);
  expect(await messageOf(readYamlFile(path))).toContain(`UserError: ${path}${said}`);
});

test("a mark of UTF-8, hundreds of merges and an anchor that is set anew are read", async () => {
  const text = `\ufeffa: &a {x: 1}\nb:\n${"- {<<: *a, y: 2}\n".repeat(300)}c: &a 3\nd: *a\n`;
  const { content } = await readYamlFile(file("good.yaml", text));
  expect(content).toMatchObject({ a: { x: 1 }, c: 3, d: 3 });
  expect((content as { b: unknown[] }).b[299]).toEqual({ x: 1, y: 2 });
});

test.each<[string, () => string]>([
  ["a folder", () => folder],
  ["a device", () => "/dev/zero"],
  [
    "a FIFO",
    () => {
      execFileSync("mkfifo", [`${folder}/fifo.yaml`]);
      return `${folder}/fifo.yaml`;
    },
  ],
])("%s is refused, and nothing is waited for", async (kind, make) => {
  const path = make();
  expect(await messageOf(readYamlFile(path))).toBe(`UserError: ${path}: is ${kind}; allowed: a file`);
});
