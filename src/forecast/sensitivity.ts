import { num, type Row, recordsOf, str } from "../draw/records.ts";
import { getForm } from "../forms/registry.ts";
import type { AxisInfo, AxisValue } from "../methods/axis.ts";
import type { Table } from "../tables/table.ts";
import { formatNumber } from "../text.ts";
import type { ForecastQuantity } from "./document.ts";

/** A value of each design choice. */
export type Settings = Readonly<Record<string, AxisValue>>;

/** Other settings, with which the forecast is made again. */
export interface Variation {
  to: ForecastQuantity["sensitivity"][number]["to"];
  /** How they differ. */
  choice: string;
  /** undefined where they cannot be had, for a reason. */
  settings: Settings | undefined;
  reason: string | null;
  /** The only tasks that it is for. @default all */
  tasks?: readonly string[];
}

/** Most configurations of a run that a forecast is made again with; of a run with more, those that differ in one choice. */
const MOST_CONFIGURATIONS = 100;

/** Axes whose values are laws of size, and links from a loss to a score. */
const LAW_AXES = ["law", "input"];
const LINK_AXES = ["link"];

/** Laws and links that are tried where a run has one alone: those that take the same inputs. */
const LAWS = ["chinchilla", "kaplan", "kaplan-offset", "power-law", "power-law-offset"];
const LINKS = ["sigmoid", "log-sigmoid", "linear"];

/** The asymptote of laws of loss: what is irreducible. */
const ASYMPTOTE = "E";

/** The settings in a row of a result table. */
export function settingsOf(row: Row, axes: readonly AxisInfo[]): Settings {
  const given = axes.flatMap(({ name }): [string, AxisValue][] => {
    const value = row[name];
    return value === null || value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(given);
}

/**
 * The other configurations of a run; where none has another law or link, other laws of the same inputs and other links.
 *
 * @param cells of the run
 * @param form of the law of size, and the names of its inputs
 */
export function otherSettings(
  settings: Settings,
  axes: readonly AxisInfo[],
  cells: readonly Row[],
  law: { form: string; variables: readonly string[] },
): Variation[] {
  const distinct = new Map(cells.map((row) => [JSON.stringify(settingsOf(row, axes)), row]));
  distinct.delete(JSON.stringify(settings));
  const differing = (row: Row) =>
    axes.filter(({ name }) => row[name] !== settings[name]).map(({ name }) => name);
  const rows = [...distinct.values()];
  const kept = rows.length > MOST_CONFIGURATIONS ? rows.filter((row) => differing(row).length === 1) : rows;
  const ofRun = kept.slice(0, MOST_CONFIGURATIONS).map((row): Variation => {
    const names = differing(row);
    const [only] = names.length === 1 ? names : [];
    const to = LAW_AXES.includes(only ?? "") ? "law" : LINK_AXES.includes(only ?? "") ? "link" : "choices";
    return { to, choice: describeDifference(row, names), settings: settingsOf(row, axes), reason: null };
  });
  const without = (to: Variation["to"]) => !ofRun.some((variation) => variation.to === to);
  const varied = (to: Variation["to"], axis: string, values: readonly AxisValue[]) =>
    without(to) && Object.hasOwn(settings, axis)
      ? values.map((value): Variation => {
          return { to, choice: `${axis} ${value}`, settings: { ...settings, [axis]: value }, reason: null };
        })
      : [];
  return [
    ...ofRun,
    ...varied("law", "law", lawsLike(law)),
    ...(Object.hasOwn(settings, "law") ? [] : varied("law", "input", othersOf(["n_d", "c"], settings.input))),
    ...varied("link", "link", othersOf(LINKS, settings.link)),
  ];
}

/** The other values of a list that has this one; none where it has not. */
function othersOf(values: readonly string[], own: AxisValue | undefined): string[] {
  return values.includes(String(own)) ? values.filter((value) => value !== own) : [];
}

function lawsLike({ form, variables }: { form: string; variables: readonly string[] }): string[] {
  return LAWS.filter((name) => {
    const names = getForm(name).variableNames;
    return (
      name !== form && names.length === variables.length && names.every((input) => variables.includes(input))
    );
  });
}

function describeDifference(row: Row, names: readonly string[]): string {
  return names.map((name) => `${name} ${row[name]}`).join(", ");
}

/**
 * The settings with the asymptote held at each end of its profile interval, for the tasks of each fit that has one.
 *
 * @param identifiability table of the sweep with these settings
 */
export function pinnedAsymptotes(settings: Settings, identifiability: Table): Variation[] {
  const cards = recordsOf(identifiability).filter((row) => row.parameter === ASYMPTOTE);
  return cards.flatMap((card) => {
    const axis = boundsAxis(settings, str(card, "stage"));
    if (axis === undefined) return [];
    return (["lower", "upper"] as const).map((side): Variation => {
      const end = num(card, `profile_${side}`);
      const common = { to: "asymptote" as const, tasks: str(card, "task").split(", ") };
      const held = withHeld(String(settings[axis]), end);
      const reason = !Number.isFinite(end)
        ? `the data do not close its interval ${side === "lower" ? "below" : "above"}`
        : held === undefined
          ? `with ${axis} ${settings[axis]} it cannot be held`
          : null;
      const choice = Number.isFinite(end)
        ? `${ASYMPTOTE} = ${formatNumber(end, 4)} (${side} end of its ${100 * num(card, "profile_level")} % profile interval)`
        : `${ASYMPTOTE} at the ${side} end of its profile interval`;
      return {
        ...common,
        choice,
        reason,
        settings: reason === null ? { ...settings, [axis]: held! } : undefined,
      };
    });
  });
}

/** The axis that bounds the parameters of a stage's law of size. */
function boundsAxis(settings: Settings, stage: string): string | undefined {
  const axis = stage === "law" ? "bounds" : stage === "step1" ? "bounds1" : "";
  return Object.hasOwn(settings, axis) ? axis : undefined;
}

/** Bounds with the asymptote held at a value; undefined where they are not replacements, to which one can be added. */
function withHeld(bounds: string, value: number): string | undefined {
  const held = `${ASYMPTOTE}=${value}`;
  if (bounds === "form") return held;
  if (!bounds.includes("=")) return undefined;
  const others = bounds.split(",").filter((part) => part.split("=")[0]!.trim() !== ASYMPTOTE);
  return [...others, held].join(",");
}

/**
 * What each variation forecasts of a quantity.
 *
 * @param predictions table of the sweep over all variations
 */
export function sensitivityOf(
  quantity: Pick<ForecastQuantity, "task" | "target" | "value">,
  column: "predicted" | "feature_predicted",
  variations: readonly Variation[],
  predictions: readonly Row[],
): ForecastQuantity["sensitivity"] {
  const own = predictions.filter(({ task, target }) => task === quantity.task && target === quantity.target);
  return variations
    .filter(({ to, tasks }) => {
      // The feature is before the link.
      const isBefore = to === "link" && column === "feature_predicted";
      return !isBefore && (tasks === undefined || tasks.includes(quantity.task));
    })
    .map(({ to, choice, settings, reason }) => {
      const row =
        settings && own.find((row) => Object.entries(settings).every(([axis, value]) => row[axis] === value));
      const value = num(row, column);
      if (!Number.isFinite(value))
        return { to, choice, value: null, difference: null, reason: reason ?? "it gives no forecast" };
      return { to, choice, value, difference: value - quantity.value, reason: null };
    });
}
