import type { ValueSet } from "./axis.ts";
import type { Quantity } from "./measured.ts";
import type { RunIndex } from "./runs.ts";

/** The quantity between two steps: a metric of the task, or of other subjects. */
export interface Feature {
  /** Name in sweep files. */
  name: string;
  metric: string;
  /** Subjects whose mean it is; undefined for the task itself. */
  subjects: readonly string[] | undefined;
}

/** Value of the axis that means no feature: a single step, from size to score. */
export const NO_FEATURE = "none";

/** Stands for all validation domains of the table, unless a subject has that name. */
const ALL_DOMAINS = "domains";

const METRIC_OF_SUBJECTS = /^([^@]+)@([^@]+)$/;

/** Names of features, and `none`. */
export const featureName: ValueSet<string> = {
  type: "string",
  allowed:
    "METRIC such as loss, ce; METRIC@SUBJECT such as loss@c4; METRIC@SUBJECT+SUBJECT, their mean; " +
    "METRIC@domains, the mean of all subjects that have no accuracy; none",
  words: [NO_FEATURE],
  read(given) {
    if (typeof given !== "string" || given === "") return { problem: JSON.stringify(given) ?? String(given) };
    const { metric, subjects = [] } = parseFeature(given) ?? { metric: given };
    const parts = [metric, ...subjects];
    if (metric.includes("@") || parts.some((part) => part.trim() !== part || part === "")) {
      return { problem: JSON.stringify(given) };
    }
    const twice = subjects.find((subject, i) => subjects.indexOf(subject) !== i);
    if (twice !== undefined) return { problem: `${JSON.stringify(given)} names ${twice} twice` };
    return { value: given };
  },
};

/** The feature of a name that `featureName` has read; undefined for `none`. */
export function parseFeature(name: string): Feature | undefined {
  return name === NO_FEATURE ? undefined : featureNamed(name);
}

/** The feature of a name other than `none` that `featureName` has read. */
export function featureNamed(name: string): Feature {
  const [, metric = name, subjects] = METRIC_OF_SUBJECTS.exec(name) ?? [];
  return { name, metric, subjects: subjects?.split("+") };
}

/** The subjects that a feature is of beside the task; undefined where the table says which. */
export function subjectsOf(feature: Feature | undefined): readonly string[] | undefined {
  const subjects = feature?.subjects ?? [];
  return subjects.includes(ALL_DOMAINS) ? undefined : subjects;
}

/** The quantity that the feature is for a task. Where the table has no validation domain, `domains` is taken for a subject. */
export function featureOf({ metric, subjects = [] }: Feature, task: string, index: RunIndex): Quantity {
  if (subjects.length === 0) return { metric, subjects: [task] };
  const isAll = subjects.length === 1 && subjects[0] === ALL_DOMAINS && !index.subjects.includes(ALL_DOMAINS);
  const domains = isAll ? index.domains(metric) : subjects;
  return { metric, subjects: domains.length > 0 ? domains : subjects };
}
