import type { Table } from "../tables/table.ts";
import type { LoadedJob } from "./job.ts";

/** One coordinate system, drawn. */
export interface Panel {
  /** An SVG element whose colours are CSS variables. */
  svg: string;
  /** Of the drawing, in pixels. */
  width: number;
  height: number;
}

/** What a colour or a sign stands for. */
export interface LegendItem {
  label: string;
  /** As in the drawing: `var(--fit)`. */
  colour: string;
  sign:
    | "dot"
    | "ring"
    | "diamond"
    | "line"
    | "dashes"
    | "band"
    | "square"
    | "triangle"
    | "cross"
    | "wye"
    | "star";
}

/** A figure made from a run. */
export interface Drawing {
  panels: Panel[];
  legend: LegendItem[];
  /** What is shown: form, data, points, starts. */
  caption: string;
  /** What is drawn, as numbers. */
  data: Table;
}

/** Why a run has nothing for a figure. */
export interface NothingToDraw {
  missing: string;
}

/** Parts of the report, in order. */
export const PARTS = ["answer", "step 1", "score", "data", "uncertainty", "choices"] as const;

/** A figure of the report. */
export interface Figure {
  /** In kebab case, for files and links. */
  name: string;
  /** Where it stands: after the others of its part. */
  part: (typeof PARTS)[number];
  title: string;
  /** What it takes, for the documentation. */
  needs: string;
  draw(job: LoadedJob): Drawing | NothingToDraw;
}
