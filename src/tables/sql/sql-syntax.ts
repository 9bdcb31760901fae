import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName } from "./duckdb.ts";

/**
 * Functions of DuckDB that expressions of users may call: those whose value follows from the row and the table alone, and whose size is
 * that of what they are given. Left out are table functions, functions that reveal the machine or the session (`current_setting`), that differ
 * from call to call (`random`, `now`), and that make large values of small ones or are slow (`repeat`, `range`, `levenshtein` of long texts).
 */
export const SQL_FUNCTIONS: ReadonlySet<string> = new Set(
  `
  + - * / // % ** ^ @ & | << >> ~ && || ! !__postfix ^@ ~~ !~~ ~~* !~~* ~~~ -> ->> <-> <=> <@ @> xor
  add subtract multiply divide mod fmod fdiv abs sign signbit ceil ceiling floor round round_even roundbankers trunc even sqrt cbrt pow
  power exp ln log log2 log10 gamma lgamma factorial gcd lcm greatest_common_divisor least_common_multiple greatest least pi nextafter
  sin cos tan cot asin acos atan atan2 sinh cosh tanh asinh acosh atanh degrees radians isnan isinf isfinite bit_count equi_width_bins

  lower lcase upper ucase length len strlen char_length character_length octet_length bit_length left right substr substring
  substring_grapheme left_grapheme right_grapheme length_grapheme trim ltrim rtrim replace translate reverse concat concat_ws contains
  starts_with ends_with prefix suffix instr position strpos split_part split str_split string_split string_to_array str_split_regex
  string_split_regex regexp_matches regexp_full_match regexp_extract regexp_extract_all regexp_replace regexp_split_to_array
  regexp_escape like_escape not_like_escape ilike_escape not_ilike_escape ascii ord unicode chr strip_accents nfc_normalize
  parse_filename parse_path parse_dirname parse_dirpath parse_formatted_bytes
  to_hex hex from_hex unhex to_base64 base64 from_base64 bin to_binary from_binary unbin encode decode url_encode url_decode
  md5 md5_number sha1 sha256 hash jaro_similarity jaro_winkler_similarity

  nullif typeof pg_typeof constant_or_null alias switch

  unnest list_value list_pack array_value row struct_pack struct_extract struct_extract_at struct_concat struct_insert struct_keys struct_values
  struct_has struct_contains struct_position array_extract list_extract list_element element_at array_slice list_slice
  list_contains list_has array_contains array_has list_has_all array_has_all list_has_any array_has_any list_position list_indexof
  array_position array_indexof array_length list_count list_sum list_avg list_min list_max list_median list_product list_first
  list_last list_any_value list_mode list_mad list_sem list_stddev_pop list_stddev_samp list_var_pop list_var_samp list_skewness
  list_kurtosis list_bool_and list_bool_or list_string_agg list_distinct
  array_distinct list_unique array_unique list_sort array_sort list_reverse_sort array_reverse_sort list_reverse array_reverse
  list_filter array_filter filter list_transform array_transform list_apply array_apply apply list_concat list_cat array_concat array_cat
  list_append array_append list_prepend array_prepend list_where array_where list_select array_select list_zip array_zip
  list_intersect array_intersect list_grade_up array_grade_up flatten array_to_string list_dot_product list_inner_product
  list_distance list_cosine_similarity list_cosine_distance
  map map_extract map_extract_value map_keys map_values map_entries map_from_entries map_contains map_concat cardinality
  union_value union_extract union_tag
  json json_extract json_extract_string json_extract_path json_extract_path_text json_value json_exists json_type json_valid
  json_array_length json_keys json_contains json_array json_object json_structure json_quote to_json from_json array_to_json row_to_json

  year month day hour minute second millisecond microsecond nanosecond quarter week weekofyear yearweek isoyear isodow dayofweek weekday
  dayofmonth dayofyear decade century millennium era julian epoch epoch_ms epoch_us epoch_ns date_part datepart date_trunc
  datetrunc date_diff datediff date_sub datesub date_add last_day days_in_month dayname monthname strftime strptime try_strptime
  make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz to_timestamp timezone timezone_hour
  timezone_minute time_bucket to_years to_months to_weeks to_days to_hours to_minutes to_seconds to_milliseconds to_microseconds

  count count_star countif count_if sum fsum sumkahan kahan_sum avg mean favg geomean geometric_mean wavg weighted_avg min max median mode
  mad product any_value arbitrary first last first_value last_value nth_value lag lead row_number rank rank_dense dense_rank
  percent_rank cume_dist ntile fill arg_max arg_min argmax argmin max_by min_by bool_and bool_or bit_and bit_or bit_xor
  quantile quantile_cont quantile_disc stddev stddev_pop stddev_samp variance var_pop var_samp sem skewness kurtosis kurtosis_pop
  entropy corr covar_pop covar_samp regr_slope regr_intercept regr_r2 regr_count regr_avgx regr_avgy regr_sxx regr_sxy regr_syy
  list array_agg string_agg group_concat listagg
  `
    .trim()
    .split(/\s+/),
);

/** A function that may be called with an argument that is written out, and says how much it makes. */
interface BoundedFunction {
  /** Place of the argument, from 0. */
  argument: number;
  allowed: string;
  isAllowed(constant: unknown): boolean;
}

const width: BoundedFunction = {
  argument: 1,
  allowed: "a width from 0 to 1000, written as a number",
  isAllowed: (constant) => typeof constant === "number" && constant >= 0 && constant <= 1000,
};
const pattern: BoundedFunction = {
  argument: 0,
  allowed: "a pattern written as a text, with widths of at most three digits",
  isAllowed: (constant) => typeof constant === "string" && !/\d{4}|\*|\{[^{}]*\{/.test(constant),
};

/** Functions that pad texts, where the width is small for all to see. */
const BOUNDED_FUNCTIONS: ReadonlyMap<string, BoundedFunction> = new Map([
  ["lpad", width],
  ["rpad", width],
  ["printf", pattern],
  ["format", pattern],
]);

/** Characters that an expression may have: DuckDB takes minutes for chains of 100,000 operators, and does not check its time limit. */
const MOST_CHARACTERS = 20_000;

/** Names that DuckDB takes for the time or the session where no column has them. */
const SESSION_NAMES =
  /^(current_(date|time|timestamp|user|role|schema|catalog)|session_user|user|localtime(stamp)?)$/;

const MORE_THAN_ONE = "it is more than one expression";

/** What an expression may read. */
interface Readable {
  /** Name of the table, for subqueries. */
  table: string;
  columns: readonly string[];
}

/** A part of a syntax tree, as DuckDB serialises it. */
type SyntaxNode = Readonly<Record<string, unknown>>;

interface Statement {
  node: SyntaxNode;
}

/**
 * Demands that a text is one expression, complete in itself, and one that users may give: it calls functions of `SQL_FUNCTIONS`, and its
 * subqueries are over the table.
 *
 * @throws Error that says what is wrong with it
 */
export async function demandExpression(
  connection: DuckDBConnection,
  text: string,
  readable: Readable,
): Promise<void> {
  if (text.trim() === "") throw new Error("it is empty");
  if (text.length > MOST_CHARACTERS)
    throw new Error(`it has ${text.length} characters; allowed: at most ${MOST_CHARACTERS}`);
  const [statement, ...others] = await syntaxOf(connection, `(${text}\n)`);
  const [plain] = await syntaxOf(connection, "(1)");
  const isOne =
    others.length === 0 && valuesOf(statement!).length === 1 && restOf(statement!) === restOf(plain!);
  if (!isOne) throw new Error(MORE_THAN_ONE);
  if (/^\s*(SELECT|WITH|FROM|VALUES)\b/i.test(text)) throw new Error("a subquery must stand in parentheses");
  // A round bracket that is closed too early does not fit square ones.
  await syntaxOf(connection, `[${text}\n]`);
  const columns = new Set(readable.columns.map((name) => name.toLowerCase()));
  for (const node of nodesOf(valuesOf(statement!))) {
    demandOwnTables(node, readable.table);
    demandSameEachTime(node, columns);
    demandFunction(node, readable.columns);
  }
}

async function syntaxOf(connection: DuckDBConnection, value: string): Promise<readonly Statement[]> {
  const prepared = await connection.prepare("SELECT json_serialize_sql($1::VARCHAR)");
  prepared.bindVarchar(1, `SELECT ${value}`);
  const [row] = (await prepared.runAndReadAll()).getRowsJS();
  const tree = parsed(String(row![0]));
  if (tree.error_message?.startsWith("Only SELECT")) throw new Error(MORE_THAN_ONE);
  if (tree.error_message !== undefined) throw new Error(tree.error_message);
  return tree.statements;
}

function parsed(json: string): { statements: readonly Statement[]; error_message?: string } {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error("it has a number that is not finite");
  }
}

function valuesOf({ node }: Statement): readonly unknown[] {
  return Array.isArray(node.select_list) ? node.select_list : [];
}

/** A statement without its values and their places in the text. */
function restOf({ node }: Statement): string {
  const leave = (key: string, value: unknown): unknown => (key === "query_location" ? undefined : value);
  return JSON.stringify({ ...node, select_list: undefined }, leave);
}

function* nodesOf(value: unknown): Generator<SyntaxNode> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as SyntaxNode;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}

function demandOwnTables(node: SyntaxNode, table: string): void {
  const { type, table_name: name, schema_name: schema, sample, cte_map: named } = node;
  const isOwn = String(name).toLowerCase() === table.toLowerCase() && !schema;
  if (type === "TABLE_FUNCTION" || type === "SHOW_REF" || (type === "BASE_TABLE" && !isOwn)) {
    throw new Error(`it reads something other than the table, which is called ${table} in subqueries`);
  }
  // A name that it defines itself would mean another table elsewhere.
  if ((named as { map: unknown[] } | undefined)?.map.length)
    throw new Error("it has WITH; allowed: subqueries without WITH");
  if (sample) throw new Error("it draws a sample, which differs from call to call");
  if (type === "VALUE_PARAMETER") throw new Error("it has a parameter (? or $1)");
}

function demandSameEachTime({ type, column_names: names }: SyntaxNode, columns: ReadonlySet<string>): void {
  if (type !== "COLUMN_REF" || !Array.isArray(names) || names.length !== 1) return;
  const name = String(names[0]).toLowerCase();
  if (SESSION_NAMES.test(name) && !columns.has(name)) throw new Error(`${name} differs from call to call`);
}

function demandFunction({ function_name: given, children }: SyntaxNode, columns: readonly string[]): void {
  const name = String(given ?? "").toLowerCase();
  if (name === "" || SQL_FUNCTIONS.has(name)) return;
  const bound = BOUNDED_FUNCTIONS.get(name);
  if (bound === undefined) {
    // `Params (B) * 1e9` calls a function params.
    const meant = columns.find((column) => column.toLowerCase().startsWith(`${name} (`));
    const quoted =
      meant === undefined
        ? ""
        : `; a column name with blanks or other signs must be in double quotes: ${quoteName(meant)}`;
    throw new Error(
      `${name} is not a function that expressions may call (docs/tables.md lists those)${quoted}`,
    );
  }
  const value = (Array.isArray(children) ? (children as SyntaxNode[]) : [])[bound.argument];
  const { value: constant } = (value?.value ?? {}) as { value?: unknown };
  if (!bound.isAllowed(constant)) throw new Error(`${name}: allowed: ${bound.allowed}`);
}
