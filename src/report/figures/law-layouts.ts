import type { ReportFit } from "../fits.ts";
import { parametersLabel } from "../sizes.ts";

/** How a law's points are laid out: along which variable, grouped by what. */
export interface Layout {
  /** Position of the variable that x is, among those of the form. */
  axis(fit: ReportFit): number;
  label: string;
  ticks: "count" | "power";
  /** What is the same along a curve; undefined where a law has one variable and one curve. */
  group?: {
    value(variables: readonly number[]): number;
    label(value: number): string;
    /** Variables on the curve of a group. */
    along(x: number, value: number): number[];
  };
  /** x of a target. */
  size: "n" | "d" | "c";
}

/** Whether a fit's variables are parameters and tokens, in this order. */
export function isSizeAndTokens({ form }: ReportFit): boolean {
  return form.variableNames.join() === "N,D";
}

const TOKENS_PER_PARAMETER = 20;

/** Against parameters, a curve for each number of tokens a parameter. */
export const alongN: Layout = {
  axis: () => 0,
  label: "model parameters N",
  ticks: "count",
  group: {
    value: ([n, d]) => d! / n! / TOKENS_PER_PARAMETER,
    label: (value) => `${Number(value.toPrecision(2))}xC`,
    along: (x, value) => [x, x * TOKENS_PER_PARAMETER * value],
  },
  size: "n",
};

/** Against tokens, a curve for each number of parameters. */
export const alongD: Layout = {
  axis: () => 1,
  label: "training tokens D",
  ticks: "count",
  group: { value: ([n]) => n!, label: parametersLabel, along: (x, value) => [value, x] },
  size: "d",
};

/** Against FLOPs. */
export const alongC: Layout = {
  axis: () => 0,
  label: "training compute C (FLOPs)",
  ticks: "power",
  size: "c",
};
