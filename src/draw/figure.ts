import type { Table } from "../tables/table.ts";
import type { LoadedJob } from "./job.ts";

/** The drawing of one coordinate system. */
export interface Panel {
  /** An SVG element whose colours are CSS variables. */
  svg: string;
  /** Size of the drawing in pixels. */
  width: number;
  height: number;
}

/** The meaning of a colour or a sign. */
export interface LegendItem {
  label: string;
  /** The colour as in the drawing: `var(--fit)`. */
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

/** A figure drawn from a job. */
export interface Drawing {
  panels: Panel[];
  legend: LegendItem[];
  /** A description of the form, the data, the points and the starts. */
  caption: string;
  /** The drawn numbers. */
  data: Table;
}

/** The reason why a job has no data for a figure. */
export interface NothingToDraw {
  missing: string;
}

/** The parts of the report, in order. */
export const PARTS = ["answer", "step 1", "score", "data", "uncertainty", "choices"] as const;

/** A figure of the report. */
export interface Figure {
  /** The name in kebab case, for files and links. */
  name: string;
  /** The part of the report that contains the figure, after the part's earlier figures. */
  part: (typeof PARTS)[number];
  title: string;
  /** The data that the figure needs, for the documentation. */
  needs: string;
  draw(job: LoadedJob): Drawing | NothingToDraw;
  /** Whether it concerns a run of this kind; a report of any other does not say that it is left out. @default it does */
  concerns?(job: LoadedJob): boolean;
}
