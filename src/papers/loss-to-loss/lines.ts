import { fitsOf } from "../../draw/fits.ts";
import type { LoadedJob } from "../../draw/job.ts";
import { type HeadlinePrediction, largestTargets, predictionsOf } from "../../draw/predictions.ts";
import { num, type Row, recordsBy, str } from "../../draw/records.ts";
import { ofHeadlineRecipe } from "./reading.ts";

/** A pair of runs, by how far their losses are above the irreducible ones. */
interface ShiftedPair {
  run: string;
  /** L0 - E0. */
  x: number;
  /** L1 - E1, as measured and as fitted. */
  y: number;
  fitted: number;
}

/** A target by its losses above the irreducible ones; NaN where one is not known. */
interface ShiftedTarget {
  target: string;
  x: number;
  actual: number;
  predicted: number;
  lower: number;
  upper: number;
}

/** A fitted translation: on logarithmic axes of the losses above E0 and E1 a straight line. */
export interface TranslationLine {
  relation: string;
  source: string;
  destination: string;
  task: string;
  /** L1 - E1 at an L0 - E0. */
  at(x: number): number;
  points: ShiftedPair[];
  targets: ShiftedTarget[];
}

/** Cells with one translation: those of the headline, and those of other relations with its other choices. */
export function translationCells(job: LoadedJob): Row[] {
  return ofHeadlineRecipe(job, job.tables.cells).filter(
    (cell) => str(cell, "problem_translation") !== "" && str(cell, "problem_bridge") === "",
  );
}

/** The translations of cells, with their largest targets; those that are incomplete in the job directory are left out. */
export function translationsOf(job: LoadedJob, cells: readonly Row[]): TranslationLine[] {
  const predictions = largestTargets(job, predictionsOf(job, cells));
  return cells.flatMap((cell) =>
    lineOf(
      job,
      cell,
      predictions.filter((prediction) => prediction.cell === cell.cell),
    ),
  );
}

function lineOf(job: LoadedJob, cell: Row, predictions: readonly HeadlinePrediction[]): TranslationLine[] {
  const [fit] = fitsOf(job, cell, "translation");
  const row = recordsBy(job.tables.translations, "cell", num(cell, "cell")).find(
    ({ stage }) => stage === "translation",
  );
  if (fit?.form.name !== "shifted-power-law" || row === undefined) return [];
  const parameter = (name: string) => fit.parameters[fit.form.parameterNames.indexOf(name)]!;
  // The fit counts the source loss from the smallest one, which is exp(g) above E0, and the response from E1 where E is held at 0.
  const [base, offset] = [Math.exp(parameter("g")), parameter("E")];
  const [kappa, K, E0, E1] = ["kappa", "K", "E0", "E1"].map((name) => num(row, name)) as [
    number,
    number,
    number,
    number,
  ];
  const usesLaw = cell.source_loss === "law";
  return [
    {
      relation: str(cell, "relation"),
      source: str(cell, "source"),
      destination: str(cell, "destination"),
      task: str(cell, "task"),
      at: (x) => K * x ** kappa,
      points: fit.points.map(({ run: name, variables, response, fitted }) => ({
        ...{ run: name, x: variables[0]! + base, y: response - offset, fitted: fitted - offset },
      })),
      targets: predictions.map((prediction) => ({
        target: prediction.target,
        x: (usesLaw ? prediction.featurePredicted : prediction.featureActual) - E0,
        ...{ actual: prediction.actual - E1, predicted: prediction.predicted - E1 },
        ...{ lower: prediction.interval.lower - E1, upper: prediction.interval.upper - E1 },
      })),
    },
  ];
}
