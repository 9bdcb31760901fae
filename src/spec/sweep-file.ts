import { dirname, isAbsolute, join } from "node:path";
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  parseDocument,
  visit,
} from "yaml";
import { UserError } from "../errors.ts";
import { readBytes } from "../store/places.ts";
import { demandNoUtf16, isAddress } from "../tables/files.ts";
import { type CheckedSpec, checkSpec } from "./spec.ts";

/** Most bytes of a file. */
const MOST_BYTES = 16 << 20;
/** Most values that aliases stand for: ten lines of aliases to aliases can stand for billions. */
const MOST_VALUES = 100_000;
/** Most mappings and lists within each other; the parser recurses, and a deeper file would overflow its stack. */
const MOST_DEPTH = 100;
/** Tags that stand for what sweep files are made of. */
const TAGS: ReadonlySet<string> = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq", "merge"].map((name) => `tag:yaml.org,2002:${name}`),
);

/** Says what is wrong at a place of the text. */
type Refuse = (node: { range?: readonly number[] | null | undefined }, what: string) => never;

/**
 * Reads a YAML file of the user's.
 *
 * @returns its text, and what it says
 * @throws UserError naming the file, and the line where there is one, for a path that leads to no file, text that is not
 * UTF-8 or not YAML, tags, aliases and merges that stand for nothing, and aliases that stand for themselves or for too much
 */
export async function readYamlFile(path: string): Promise<{ text: string; content: unknown }> {
  const text = decode(await readBytes(path, MOST_BYTES), path);
  return { text, content: parseYaml(text, path) };
}

function decode(bytes: Buffer, path: string): string {
  demandNoUtf16(bytes, path);
  const end = bytes.indexOf(0);
  const line = end < 0 ? 0 : bytes.toString("latin1", 0, end).split("\n").length;
  if (end >= 0) throw new UserError(`${path}, line ${line}: the character NUL; allowed: text`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${path}: is not UTF-8 text`);
  }
}

function parseYaml(text: string, path: string): unknown {
  const deep = deepAt(text);
  if (deep !== undefined) {
    throw new UserError(
      `${path}: not valid YAML: mappings and lists within each other more than ${MOST_DEPTH} deep at line ${deep}`,
    );
  }
  const lines = new LineCounter();
  const refuse: Refuse = ({ range }, what) => {
    throw new UserError(`${path}: not valid YAML: ${what} at line ${lines.linePos(range?.[0] ?? 0).line}`);
  };
  // Mappings of axes share most of their choices: `<<: *base` takes them over.
  const document = parseDocument(text, { merge: true, lineCounter: lines, logLevel: "error" });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem?.code === "MULTIPLE_DOCS") refuse({ range: problem.pos }, "a second document; allowed: one");
  if (problem !== undefined) {
    throw new UserError(`${path}: not valid YAML: ${problem.message.split("\n")[0]!.replace(/:$/, "")}`);
  }
  checkNodes(document, refuse);
  return document.toJS({ maxAliasCount: -1 });
}

/** The line at which mappings and lists are nested too deep; undefined where none is. */
function deepAt(text: string): number | undefined {
  const parser = new Parser();
  let read = 0;
  for (const lexeme of new Lexer().lex(text)) {
    // What it makes of the text is made again, with its lines, once that is known to end.
    for (const _ of parser.next(lexeme));
    read += lexeme.length;
    if (parser.stack.length > MOST_DEPTH) return text.slice(0, read).split("\n").length;
  }
  return undefined;
}

/** Refuses unknown tags, aliases and merges that stand for nothing, and aliases that stand for too much together. */
function checkNodes(document: Document, refuse: Refuse): void {
  const anchors = new Map<string, Node>();
  const sizes = new Map<unknown, number>();
  const targets = new Map<unknown, Node>();
  let values = 0;
  visit(document, {
    Alias(_, alias, ancestors) {
      const target =
        anchors.get(alias.source) ?? refuse(alias, `the alias *${alias.source} without an anchor before it`);
      if (ancestors.includes(target)) refuse(alias, `the alias *${alias.source} within its own anchor`);
      targets.set(alias, target);
      values += sizeOf(target, targets, sizes);
      if (values > MOST_VALUES)
        refuse(alias, `aliases for more than ${MOST_VALUES} values (*${alias.source})`);
    },
    Node(_, node) {
      if (isAlias(node)) return;
      if (node.tag !== undefined && !TAGS.has(node.tag)) refuse(node, `the tag ${node.tag}`);
      if (node.anchor) anchors.set(node.anchor, node);
    },
    Pair(_, { key, value }) {
      if (!isMergeKey(key)) return;
      const sources = isSeq(value) ? value.items : [value];
      for (const source of sources as Node[]) {
        const meant = isAlias(source) ? anchors.get(source.source) : source;
        const isUnknown = isAlias(source) && meant === undefined;
        if (!isUnknown && !isMap(meant)) refuse(key as Node, "<<: takes over a value that is not a mapping");
      }
    },
  });
}

/** Number of values of a node, with those of each alias; counting stops at a number that is too many. */
function sizeOf(node: unknown, targets: ReadonlyMap<unknown, Node>, sizes: Map<unknown, number>): number {
  const counted = sizes.get(node);
  if (counted !== undefined) return counted;
  const within: unknown[] = isAlias(node)
    ? [targets.get(node)]
    : isPair(node)
      ? [(node as Pair).key, (node as Pair).value]
      : isCollection(node)
        ? node.items
        : [];
  const size = within.reduce<number>((sum, inner) => sum + sizeOf(inner, targets, sizes), 1);
  const capped = Math.min(size, 2 * MOST_VALUES);
  sizes.set(node, capped);
  return capped;
}

function isMergeKey(key: unknown): boolean {
  if (!isScalar(key) || (key.type !== undefined && key.type !== "PLAIN")) return false;
  const { value } = key;
  return value === "<<" || (typeof value === "symbol" && value.description === "<<");
}

/** A sweep file, read and checked. */
export interface SweepFile {
  path: string;
  /** As it stands in the file; a copy is kept in the job directory. */
  text: string;
  /** Its paths of tables are relative to the working folder, no longer to the file. */
  spec: CheckedSpec;
}

/**
 * Reads a sweep file (YAML).
 *
 * @throws UserError as `readYamlFile` does, and for keys or values that are not allowed
 */
export async function readSweepFile(path: string): Promise<SweepFile> {
  const { text, content } = await readYamlFile(path);
  const spec = checkSpec(content, path);
  const folder = dirname(path);
  const table = spec.table?.map((name) => (isAbsolute(name) || isAddress(name) ? name : join(folder, name)));
  return { path, text, spec: table === undefined ? spec : { ...spec, table } };
}
