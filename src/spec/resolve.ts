import { resolveBootstrap } from "../bootstrap/spec.ts";
import { UserError, withPrefix } from "../errors.ts";
import type { ExtendedMethod, RequestedAnalysis, SweepRequest, TableReading } from "../extension.ts";
import type { Form, FormRecord } from "../forms/form.ts";
import { getForm } from "../forms/registry.ts";
import { readUserForms } from "../forms/user-form.ts";
import type { AxisContext } from "../methods/axis.ts";
import type { Configuration, Method } from "../methods/method.ts";
import { type AnalysisKey, analyses, getMethod, methods } from "../registry.ts";
import { type ColumnMapping, parseColumns } from "../tables/columns.ts";
import { getPreset } from "./presets.ts";
import { type CheckedSpec, checkSpec, specDefaults } from "./spec.ts";

/** A sweep with everything named found and every default filled in. */
export interface ResolvedSweep extends SweepRequest {
  table: readonly string[];
  columns: ColumnMapping | undefined;
  /** What is said of forms of its own that no configuration uses, a line each. */
  idleForms: string[];
  decimal: CheckedSpec["decimal"];
  /** How the method reads its table with its settings; undefined where it is a checkpoint table. */
  reading: { read: TableReading["read"]; settings: unknown } | undefined;
  /** Unit of the table's scores. */
  scores: "share" | "percent";
  /** Score of guessing, of all tasks or by task. */
  chance: number | Readonly<Record<string, number>> | undefined;
  /** The analyses that it requests. */
  analyses: readonly ({ key: AnalysisKey } & RequestedAnalysis)[];
  /** Whether profile intervals of the parameters are solved for. */
  profiles: boolean;
  /** Whether predictions that the data do not determine are ranked too. */
  rankUndetermined: boolean;
  /** The sweep as a sweep file that gives the same again, for the manifest. */
  spec: Readonly<Record<string, unknown>>;
}

/**
 * Fills in preset and defaults and looks up all names.
 *
 * @throws UserError naming file, key, value and what is allowed
 */
export function resolveSweep(given: CheckedSpec, where: string): ResolvedSweep {
  const spec = withPreset(given, where);
  if (spec.method === undefined) {
    throw new UserError(`${where}: method: missing; allowed: ${[...methods.keys()].join(", ")}, or a preset`);
  }
  if (spec.table === undefined) {
    throw new UserError(
      `${where}: table: missing; allowed: the path of a checkpoint table, here or by --table`,
    );
  }
  const method = getMethod(spec.method, `${where}: method`);
  const { levels = [0.9] } = spec.bootstrap ?? {};
  const reading = readingOf(spec, method, where);
  const analysed = { where, method, methods: [...methods.values()], levels };
  const requested = analyses.flatMap((analysis): ResolvedSweep["analyses"] => {
    const { [analysis.key]: given } = spec;
    return given === undefined ? [] : [{ key: analysis.key, ...analysis.request(given, analysed) }];
  });
  const forms = spec.forms === undefined ? new Map<string, FormRecord>() : readUserForms(spec.forms, where);
  demandOwnNames(forms.keys(), method, where);
  const context = formContext(forms, where);
  const configurations = method.configurations(spec.axes ?? {}, context, `${where}: axes`);
  const { bootstrap, threads, profiles = bootstrap !== undefined } = spec;
  const {
    scores = specDefaults.scores,
    rank_undetermined: rankUndetermined = specDefaults.rank_undetermined,
    starts = specDefaults.starts,
    seed = specDefaults.seed,
    backend = specDefaults.backend,
  } = spec;
  const { kernels } = requested.find((analysis) => analysis.kernels !== undefined) ?? {};
  const settings = Object.fromEntries(requested.map((analysis) => [analysis.key, analysis.settings]));
  return {
    where,
    table: spec.table,
    columns: spec.columns === undefined ? undefined : parseColumns(spec.columns, `${where}: columns`),
    decimal: spec.decimal,
    reading,
    method,
    configurations,
    idleForms: idleForms(forms.keys(), method, configurations),
    tasks: spec.tasks,
    targets: spec.targets,
    ...(requested.some(({ bringsTargets }) => bringsTargets) && { needsNoTarget: true }),
    scores,
    chance: spec.chance,
    bootstrap: bootstrap && resolveBootstrap(bootstrap),
    analyses: requested,
    profiles,
    rankUndetermined,
    solve: { starts, seed, backend, ...(threads !== undefined && { threads }), ...(kernels && { kernels }) },
    spec: withoutUndefined({ ...spec, starts, seed, backend, bootstrap, ...settings, profiles }),
  };
}

/** How the table is read. @throws UserError for keys of the other way of reading one */
function readingOf(
  spec: CheckedSpec,
  { name, reading }: ExtendedMethod,
  where: string,
): ResolvedSweep["reading"] {
  if (reading === undefined) {
    if (spec.fit === undefined) return undefined;
    throw new UserError(
      `${where}: fit: method ${name} reads a checkpoint table; allowed: columns, or method: fit`,
    );
  }
  const other = (["columns", "scores", "chance"] as const).find((key) => spec[key] !== undefined);
  if (other === undefined) return { read: reading.read, settings: spec[reading.key] };
  throw new UserError(
    `${where}: ${other}: method ${name} reads a table of any columns; allowed: ${reading.key}: {y: ..., x: ...}`,
  );
}

/**
 * A sweep with what its preset says under it.
 *
 * @throws UserError for an unknown preset, and for a method that is not its own
 */
export function withPreset({ preset, ...given }: CheckedSpec, where: string): Omit<CheckedSpec, "preset"> {
  if (preset === undefined) return given;
  const base = checkSpec(getPreset(preset, `${where}: preset`).spec, `preset ${preset}`);
  if (given.method !== undefined && given.method !== base.method) {
    throw new UserError(`${where}: method: ${given.method}; preset ${preset} has method ${base.method}`);
  }
  const axes = overlay(base.axes, given.axes);
  return { ...base, ...withoutUndefined(given), ...(axes !== undefined && { axes }) };
}

/** The axes of a sweep over those of its preset: each of its mappings over each of the preset's. */
function overlay(base: CheckedSpec["axes"], given: CheckedSpec["axes"]): CheckedSpec["axes"] {
  if (base === undefined || given === undefined) return given ?? base;
  if (!Array.isArray(base) && !Array.isArray(given)) return { ...base, ...given };
  return [base].flat().flatMap((below) => [given].flat().map((above) => ({ ...below, ...above })));
}

/** Demands that no form is named as a choice of an axis: that would be taken in its place, in silence. */
function demandOwnNames(names: Iterable<string>, { name: method, axes }: Method, where: string): void {
  for (const name of names) {
    const axis = axes.find(({ words }) => words?.includes(name));
    if (axis === undefined) continue;
    throw new UserError(
      `${where}: forms.${name}: "${name}" is a choice of axis ${axis.name} of method ${method}, which would be taken for it; ` +
        "choose another name",
    );
  }
}

/** Lines on forms that no axis has for a value: what they were written for is fitted with another. */
function idleForms(
  names: Iterable<string>,
  { axes }: Method,
  configurations: readonly Configuration[],
): string[] {
  const taking = axes.filter(({ takesForms }) => takesForms).map(({ name }) => name);
  const used = new Set(configurations.flatMap(({ values }) => taking.map((axis) => values.get(axis))));
  return [...names]
    .filter((name) => !used.has(name))
    .map(
      (name) =>
        `forms.${name}: no axis uses it, so it is not fitted; axes that take forms: ${taking.join(", ")}`,
    );
}

/** Every form is parsed once, and those of the user at once: a mistake in one that no axis names counts too. */
function formContext(records: ReadonlyMap<string, FormRecord>, where: string): AxisContext {
  const parsed = new Map<string, Form>();
  const form = (name: string): Form => {
    const asked = parsed.get(name) ?? getForm(name, records);
    parsed.set(name, asked);
    return asked;
  };
  for (const name of records.keys()) withPrefix(`${where}: forms.${name}`, () => form(name));
  return { form };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
}
