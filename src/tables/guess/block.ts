import { Document, isMap, isScalar, type Node, stringify, visit } from "yaml";
import { visibleLine } from "../../text.ts";
import type { ColumnMappingInput } from "../columns.ts";
import type { Guess } from "./guess.ts";

/** A guess as the block `columns:` of a sweep file, with what is unsure of it in comments. */
export function formatBlock({ columns, remarks, unused }: Guess): string {
  const document = new Document({ columns });
  const comments = new Map<string, string[]>();
  for (const { key, text, isDoubt } of remarks) {
    comments.set(key, [...(comments.get(key) ?? []), ` ${isDoubt ? "UNSURE: " : ""}${visibleLine(text)}`]);
  }
  const said = new Set<string>();
  visit(document, {
    Map(_, map, path) {
      // `{loss: bpb, accuracy: acc}` and `{sql: n * 1e9}` in a line.
      if (map.items.every(({ value }) => isScalar(value)) && path.length > 3) map.flow = true;
    },
    Pair(_, { key, value }) {
      const lines = isScalar(key) ? comments.get(String(key.value)) : undefined;
      if (lines === undefined) return;
      said.add(String((key as { value: unknown }).value));
      // Above a mapping in several lines, else behind the value.
      if (isMap(value) && !value.items.every((item) => isScalar(item.value))) {
        (key as Node).commentBefore = lines.join("\n");
      } else (value as Node).comment = lines.join(";");
    },
  });
  const left = remarks.filter(({ key }) => !said.has(key));
  const lines = [
    ...left.map(({ key, text, isDoubt }) => `${isDoubt ? "UNSURE: " : ""}${key}: ${text}`),
    ...(unused.length > 0 ? [`not used: ${unused.join(", ")}`] : []),
  ];
  return `${document.toString({ lineWidth: 0 })}${lines.map((line) => `# ${visibleLine(line)}\n`).join("")}`;
}

/** Subjects that are named in a line. */
const MOST_SUBJECTS = 2;

/** A guess in one line: `run: model, n: size, d: tokens, subjects: {hellaswag: {loss: bpb}} and 3 more`. */
export function formatMapping(columns: ColumnMappingInput): string {
  return Object.entries(columns)
    .map(([key, value]) => {
      const names = key === "subjects" ? Object.keys(value as object) : [];
      const shown =
        names.length > MOST_SUBJECTS
          ? Object.fromEntries(Object.entries(value as object).slice(0, MOST_SUBJECTS))
          : value;
      const more = names.length > MOST_SUBJECTS ? ` and ${names.length - MOST_SUBJECTS} more` : "";
      const text = stringify(shown, { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 });
      return `${key}: ${text.trim()}${more}`;
    })
    .join(", ");
}

/** Why nothing is read by a guess, in a line; empty where it is sure. */
export function formatDoubts({ remarks }: Guess): string {
  const doubts = remarks.filter(({ isDoubt }) => isDoubt).map(({ key, text }) => `${key}: ${text}`);
  return doubts.join("; ");
}
