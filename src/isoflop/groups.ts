import { groupBy } from "../collections.ts";
import type { LoadedJob } from "../draw/job.ts";
import { num, type Row, recordsOf, str } from "../draw/records.ts";

/** The analysis of one family and subject, by the first interpolation, window and level of the run. */
export interface IsoflopGroup {
  /** `web`, or `c4, web` where the run has several subjects. */
  name: string;
  /** Rows of `isoflop`, a budget each. */
  budgets: Row[];
  /** Runs by the FLOPs of their budget; none where the run directory has no table of them. */
  points: ReadonlyMap<number, readonly Row[]>;
  /** Rows of `isoflop_laws` by quantity: n, d. */
  laws: ReadonlyMap<string, Row>;
}

const SETTING = ["interpolation", "window", "level"] as const;

/** The groups of the isoflop analysis, in the order of its table. */
export function isoflopGroups(job: LoadedJob): IsoflopGroup[] {
  const { isoflop, isoflop_points: points, isoflop_laws: laws } = job.tables;
  const all = recordsOf(isoflop);
  const rows = ofFirstSetting(all, all[0]);
  const identity = (row: Row) => JSON.stringify([row.family ?? null, row.subject ?? null]);
  const isOneSubject = new Set(rows.map(({ subject }) => subject)).size === 1;
  const ownPoints = groupBy(recordsOf(points), identity);
  const ownLaws = groupBy(ofFirstSetting(recordsOf(laws), all[0]), identity);
  return Array.from(groupBy(rows, identity), ([key, budgets]): IsoflopGroup => {
    const [family, subject] = [str(budgets[0], "family"), str(budgets[0], "subject")];
    return {
      name: family === "" ? subject : isOneSubject ? family : `${subject}, ${family}`,
      budgets,
      points: groupBy(ownPoints.get(key) ?? [], (row) => num(row, "c")),
      laws: new Map((ownLaws.get(key) ?? []).map((row) => [str(row, "quantity"), row])),
    };
  });
}

/** What is shown of several interpolations, windows and levels. */
export function describeSetting(job: LoadedJob): string {
  const [first] = recordsOf(job.tables.isoflop, (row) => row === 0);
  const window = num(first, "window");
  return `Interpolation ${str(first, "interpolation")}${Number.isFinite(window) ? `, window ${window}` : ""}; intervals of ${100 * num(first, "level")} %.`;
}

function ofFirstSetting(rows: readonly Row[], first: Row | undefined): Row[] {
  return rows.filter((row) => SETTING.every((name) => (row[name] ?? null) === (first?.[name] ?? null)));
}
