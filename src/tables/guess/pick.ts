import type { SourceFile } from "../origin.ts";
import { quoteName } from "../sql/duckdb.ts";

/** A column's name, or an SQL expression, as a user writes them. */
export type ColumnPick = string | { sql: string };

/** Words of DuckDB's SQL that name a column only in quotes. */
const RESERVED =
  /^(all|analyse|analyze|and|any|array|as|asc|asymmetric|both|case|cast|check|collate|column|constraint|create|default|deferrable|desc|describe|distinct|do|else|end|except|false|fetch|for|foreign|from|group|having|in|initially|intersect|into|is|lambda|lateral|leading|limit|not|null|offset|on|only|or|order|pivot|pivot_longer|pivot_wider|placing|primary|qualify|references|returning|select|show|some|summarize|symmetric|table|then|to|trailing|true|union|unique|unpivot|using|variadic|when|where|window|with)$/i;

/** A column's name in an expression. */
export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) && !RESERVED.test(name) ? name : quoteName(name);
}

/** The file that each row of a table is from, by its path. */
export function fileOfRow(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, rows }) => new Array<string>(rows).fill(path));
}

/** What is said of a guessed column. */
export interface Remark {
  /** Key of `columns:` that it is about, or a subject. */
  key: string;
  text: string;
  /** Whether the guess may be wrong, so that nothing is read by it unless a user says so. */
  isDoubt: boolean;
}

/** Notes a remark. */
export type Remarking = (key: string, text: string, isDoubt?: boolean) => void;
