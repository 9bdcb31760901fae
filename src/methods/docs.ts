import { markdownTable } from "../text.ts";
import type { AxisInfo } from "./axis.ts";

/** The part of a `Method` that the page describes. */
interface Described {
  name: string;
  description: string;
  stages: readonly string[];
  axes: readonly AxisInfo[];
}

/** The page `docs/methods.md`: every method with its stages and design choices, made from their records. */
export function methodsMarkdown(methods: Iterable<Described>): string {
  return [
    "# Methods and their design choices",
    "",
    "A method chains stages, each a regression, into a prediction. A design choice is an axis: a sweep file's `axes:`",
    "gives it a value or a list of values, and lists are crossed. A list of such mappings is the union of their crosses.",
    "A value that makes no sense for a task (a metric that the task lacks, a parameter that the form lacks) skips those cells",
    "with a reason, and the rest continues. A choice is idle if it has no effect beside the other choices. This page is generated",
    "from the records in `src/papers/` and `src/fit/`; `UPDATE_DOCS=1 npx vitest run test/methods/docs.test.ts` updates it.",
    "",
    ...[...methods].flatMap(({ name, description, stages, axes }) => [
      `## ${name}`,
      "",
      `${description[0]?.toUpperCase()}${description.slice(1)}.`,
      "",
      `Stages: ${stages.join(", ")}. Axes, in the order of their columns in the result tables:`,
      "",
      ...markdownTable(
        ["axis", "what it is", "allowed", "default"],
        axes.map(({ name, description, allowed, default: usual }) => [
          ...[`\`${name}\``, starred(description), starred(allowed), `\`${usual}\``],
        ]),
      ),
      "",
    ]),
  ].join("\n");
}

/** Products, which Markdown would take for emphasis: `6*n*d`. */
const starred = (text: string): string => text.replaceAll("*", "\\*");
