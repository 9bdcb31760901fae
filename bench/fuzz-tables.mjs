// Breaks table files by a seed and reads them: node bench/fuzz-tables.mjs [FILES OF A FORMAT] [SEED]. Prints how many were refused with
// one line, how many answered, and how many of the answers were wrong. Exit code 1 where one was, or where lawfit crashed or hung.
//
// An answer is right where it says what the broken file says: text files are read a second time by the plain readers below. A .gz file
// has a checksum, so there only the whole table is right. Parquet and Arrow have none: their other values are counted, and not judged.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { tableFromIPC, tableToIPC } from "apache-arrow";
import { checkpointTableToTable } from "../dist/tables/checkpoint-table.js";
import { readCheckpointTable } from "../dist/tables/to-checkpoint-table.js";
import { writeTable } from "../dist/tables/write.js";

const READER = fileURLToPath(new URL("fuzz/read-tables.mjs", import.meta.url));
const LONGEST_MS = 20_000;
const [files = 200, seed = 1] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "lawfit-fuzz-"));

let state = seed;
function random() {
  state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
  return state / 2 ** 32;
}
const below = (count) => Math.floor(random() * count);
const pick = (list) => list[below(list.length)];

const rows = Array.from({ length: 48 }, (_, i) => ({
  run: `run-${Math.floor(i / 8)}`,
  n: 1e8 * (1 + Math.floor(i / 8)),
  d: 2e9 * (1 + (i % 8)),
  role: i < 40 ? "fit" : "target",
  subject: "task, one",
  loss: Number((4 - i / 37).toFixed(6)),
  accuracy: Number((0.2 + i / 113).toFixed(6)),
}));
const header = Object.keys(rows[0]);
const cell = (value) => (String(value).includes(",") ? `"${value}"` : String(value));
const csv = [header, ...rows.map((row) => Object.values(row).map(cell))]
  .map((line) => `${line.join(",")}\n`)
  .join("");
const jsonl = rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Whole files by format. */
async function originals() {
  const sample = join(folder, "whole.csv");
  writeFileSync(sample, csv);
  const table = checkpointTableToTable(await readCheckpointTable(sample));
  const written = async (name) => {
    await writeTable(join(folder, name), table);
    return readFileSync(join(folder, name));
  };
  const arrow = await written("whole.arrow");
  return {
    csv: Buffer.from(csv),
    "csv.gz": gzipSync(csv),
    jsonl: Buffer.from(jsonl),
    "jsonl.gz": gzipSync(jsonl),
    json: Buffer.from(JSON.stringify(rows)),
    parquet: await written("whole.parquet"),
    arrow,
    arrows: Buffer.from(tableToIPC(tableFromIPC(arrow), "stream")),
  };
}

const TOKENS =
  'NaN|inf|-inf|1e999|-|0x10|1_000|1,366|1 366|null|None|NA|#N/A|true|"|""|\'|,|;|\t|\n|\r|\r\n|{|}|[|]|:|\\|\\u0000|\0|\ufeff|\u202e|é|e|E|.|+|0|9'.split(
    "|",
  );

/** Ways to break a file. @type {((bytes: Buffer, at: number) => Buffer)[]} */
const BREAKS = [
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at) => splice(bytes, at, 1, Buffer.of(bytes[at] ^ (1 << below(8)))),
  (bytes, at) => splice(bytes, at, 1, Buffer.of(below(256))),
  (bytes, at) => splice(bytes, at, 1, Buffer.from(pick(TOKENS))),
  (bytes, at) => splice(bytes, at, 0, Buffer.from(pick(TOKENS))),
  (bytes, at) => splice(bytes, at, 1 + below(40), Buffer.alloc(0)),
  (bytes, at) => splice(bytes, at, 0, slice(bytes, 1 + below(80))),
  (bytes, at) => splice(bytes, at, 1 + below(16), slice(bytes, 1 + below(16))),
  (bytes, at) => splice(bytes, at, 1 + below(64), Buffer.alloc(1 + below(64))),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes, at) => Buffer.concat([bytes, bytes.subarray(at)]),
];
const slice = (bytes, length) => {
  const from = below(bytes.length);
  return bytes.subarray(from, from + length);
};
const splice = (bytes, at, count, added) =>
  Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + count)]);

function broken(bytes) {
  let result = bytes;
  for (let times = pick([1, 1, 1, 2, 3]); times > 0 && result.length > 0; times--) {
    // The ends hold headers and footers, where one byte does most.
    const at = pick([
      below(result.length),
      below(result.length),
      below(Math.min(result.length, 120)),
      result.length - 1 - below(Math.min(result.length, 400)),
    ]);
    result = pick(BREAKS)(result, at);
  }
  return result;
}

/** A child that reads a file a line, and answers with a line. A new one comes where it died. */
function reader() {
  let child;
  let lines;
  const start = () => {
    child = spawn(process.execPath, [READER], { stdio: ["pipe", "pipe", "ignore"] });
    lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  };
  start();
  return {
    async read(path) {
      child.stdin.write(`${path}\n`);
      let timer;
      const late = new Promise((done) => {
        timer = setTimeout(() => done({ late: true }), LONGEST_MS);
      });
      const line = await Promise.race([lines.next(), late]);
      clearTimeout(timer);
      if (!line.late && !line.done) return JSON.parse(line.value);
      child.kill("SIGKILL");
      start();
      return { outcome: line.late ? "hung" : "crashed" };
    },
    close: () => child.stdin.end(),
  };
}

/** Records of a CSV text, by RFC 4180. */
function csvRows(text) {
  const records = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\r|\n|$)/y;
  for (pattern.lastIndex = 0; pattern.lastIndex < text.length; ) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    records.at(-1).push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] !== ",") records.push([]);
    else if (pattern.lastIndex === text.length) records.at(-1).push("");
  }
  const [names, ...others] = records.filter((record) => record.length > 0 && record.join("") !== "");
  if (names === undefined || others.some((record) => record.length !== names.length)) return undefined;
  return others.map((record) =>
    Object.fromEntries(record.map((value, i) => [names[i].trim(), value.trim()])),
  );
}

function jsonRows(text, isLines) {
  try {
    if (!isLines) return JSON.parse(text);
    return text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** What a text file says, or undefined where the plain readers cannot tell. */
function plainly(format, bytes) {
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  if (format === "csv") return csvRows(text);
  if (format === "jsonl" || format === "json") return jsonRows(text, format === "jsonl");
  return rows;
}

const keyOf = (row) =>
  JSON.stringify(["run", "n", "d", "subject", "loss", "accuracy"].map((name) => textOf(row[name])));
const textOf = (value) =>
  value === undefined || value === null || value === "" || Number.isNaN(value)
    ? ""
    : Number.isNaN(Number(value))
      ? String(value)
      : String(Number(value));

/** What an answer is: the whole table, what the broken file says, or wrong. */
function judge(format, bytes, answer) {
  const [answered, original] = [answer, rows].map((list) => list.map(keyOf).sort().join());
  if (answered === original) return "whole";
  if (format === "parquet" || format.startsWith("arrow")) return "otherValues";
  const said = plainly(format, bytes);
  if (said === undefined) return "notJudged";
  return answered === said.map(keyOf).sort().join() ? "asWritten" : "wrong";
}

const whole = await originals();
const { read, close } = reader();
const counts = {};
const bad = [];
for (const [format, bytes] of Object.entries(whole)) {
  const count = {
    files: 0,
    refused: 0,
    whole: 0,
    asWritten: 0,
    otherValues: 0,
    notJudged: 0,
    wrong: 0,
    internal: 0,
    crashed: 0,
    hung: 0,
  };
  for (let file = 0; file < files; file++) {
    const path = join(folder, `broken-${file}.${format}`);
    const content = broken(bytes);
    writeFileSync(path, content);
    const { outcome, answer, message } = await read(path);
    const verdict = outcome === "answered" ? judge(format, content, answer) : outcome;
    count.files++;
    count[verdict]++;
    const isBad = ["wrong", "internal", "crashed", "hung", "notJudged"].includes(verdict);
    if (isBad) bad.push(`${verdict}: ${path}${message ? `: ${message}` : ""}`);
    else rmSync(path);
  }
  counts[format] = count;
}
close();
console.table(counts);
for (const line of bad) console.log(line);
const total = (name) => Object.values(counts).reduce((sum, count) => sum + count[name], 0);
const failures = total("wrong") + total("internal") + total("crashed") + total("hung");
console.log(`${total("files")} files, ${total("refused")} refused, ${failures} failures (seed ${seed})`);
if (bad.length === 0) rmSync(folder, { recursive: true });
process.exitCode = failures > 0 ? 1 : 0;
