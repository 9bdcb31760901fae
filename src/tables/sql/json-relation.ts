import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";
import { shortened, UserError } from "../../errors.ts";
import { firstBytes } from "../files.ts";
import { duckdbMessage, quoteName, quotePath, quoteText } from "./duckdb.ts";
import { describe, type Relation } from "./relation.ts";

/**
 * The relation of a JSON file. Of what DuckDB finds in it only JSON's own kinds are kept: numbers, booleans, text, objects (structs)
 * and lists. Text that looks like a date stays as it is written, and so does text beside other kinds, without JSON's quotes.
 *
 * @param given types of columns, in SQL, in place of those that are found
 * @throws Error of DuckDB
 */
export async function jsonRelation(
  connection: DuckDBConnection,
  path: string,
  given: ReadonlyMap<string, string>,
): Promise<Relation> {
  const file = quotePath(path);
  // DuckDB does not find the array behind a byte order mark.
  const isMarkedArray = /^\uFEFF\s*\[/.test((await firstBytes(path, 64)).toString("utf8"));
  const common = `format = '${isMarkedArray ? "array" : "auto"}', hive_partitioning = false`;
  // Objects are structs, however many keys they have.
  const described = await describe(
    connection,
    `read_json(${file}, sample_size = -1, map_inference_threshold = -1, ${common})`,
  );
  const twins = await namesOfTwins(connection, file, described);
  // DuckDB can read names that differ only in case, but they cannot be given to it.
  if (twins.size > 0) {
    return {
      ...described,
      columns: described.columns.map((column) => ({
        ...column,
        name: twins.get(column.name) ?? column.name,
      })),
    };
  }
  if (described.columns.some(({ type }) => holdsMixed(type))) await demandKeysOnce(connection, path);
  const types = described.columns.map(
    ({ name, type }) => `${quoteText(name)}: ${quoteText(given.get(name) ?? jsonType(type))}`,
  );
  return describe(connection, `read_json(${file}, columns = {${types.join(", ")}}, ${common})`);
}

/** An object with more keys than this is read as JSON text: its keys are values rather than names of fields. */
const MOST_KEYS = 500;

/** The type that JSON itself has for what DuckDB found. */
function jsonType(type: DuckDBType): string {
  if (isMixed(type)) return "VARCHAR";
  if ("entryNames" in type) {
    const fields = type.entryNames.map((name, i) => `${quoteName(name)} ${jsonType(type.entryTypes[i]!)}`);
    return `STRUCT(${fields.join(", ")})`;
  }
  if ("valueType" in type) return `${jsonType(type.valueType)}[]`;
  return /^(BOOLEAN|U?BIGINT|HUGEINT|DOUBLE)$/.test(type.toString()) ? type.toString() : "VARCHAR";
}

/** Whether values of a type are of several kinds, or maps: they are read as text. */
function isMixed(type: DuckDBType): boolean {
  if ("entryNames" in type) return type.entryNames.length > MOST_KEYS;
  return type.alias === "JSON" || "keyType" in type;
}

function holdsMixed(type: DuckDBType): boolean {
  if (isMixed(type)) return true;
  if ("entryNames" in type) return type.entryTypes.some(holdsMixed);
  return "valueType" in type && holdsMixed(type.valueType);
}

/** Demands that no object has a key twice. DuckDB demands this of structs, but not of values that it keeps as JSON. */
async function demandKeysOnce(connection: DuckDBConnection, path: string): Promise<void> {
  const reader = await connection.runAndReadAll(
    `SELECT first(key), first(object) FROM (
      SELECT number, parent, key, object FROM
        (SELECT json AS object, row_number() OVER () AS number FROM read_json_objects(${quotePath(path)})) AS objects,
        json_tree(object) AS tree WHERE key IS NOT NULL
    ) GROUP BY number, parent, key HAVING count(*) > 1 LIMIT 1`,
  );
  const [duplicate] = reader.getRowsJS();
  if (duplicate !== undefined) throw keyTwice(path, JSON.stringify(duplicate[0]), String(duplicate[1]));
}

function keyTwice(path: string, key: string, object: string): UserError {
  return new UserError(
    `${path}: the key ${key} occurs twice in ${shortened(object)}; allowed: each key of an object once`,
  );
}

/** Of the keys that differ from another in case only, the key by the name that DuckDB gives it: `Loss` by `Loss_1`. */
async function namesOfTwins(
  connection: DuckDBConnection,
  file: string,
  { columns }: Relation,
): Promise<ReadonlyMap<string, string>> {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const suspects = columns.filter(({ name }) => stem(name) !== name && names.has(stem(name).toLowerCase()));
  if (suspects.length === 0) return new Map();
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT unnest(json_keys(json)) FROM read_json_objects(${file})`,
  );
  const keys = new Set(reader.getRowsJS().map(([key]) => String(key)));
  return new Map(suspects.filter(({ name }) => !keys.has(name)).map(({ name }) => [name, stem(name)]));
}

function stem(name: string): string {
  return name.replace(/_\d+$/, "");
}

/** The error of a JSON file, from DuckDB's message. */
export function jsonError(path: string, error: unknown): UserError {
  // What follows are options of DuckDB's.
  const message = duckdbMessage(error).replace(/,? try (increasing|setting|specifying|ignore).*$/i, "");
  const twice = /Object (.*) has duplicate key (".*")$/.exec(message);
  if (twice !== null) return keyTwice(path, twice[2]!, twice[1]!);
  const twin = /Duplicate name (".*") in struct/.exec(message)?.[1];
  if (twin !== undefined) {
    return new UserError(
      `${path}: the key ${twin} within a column differs from another only in case; allowed: keys that differ by more`,
    );
  }
  return new UserError(`${path}: ${message}`);
}
