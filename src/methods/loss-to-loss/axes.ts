import { bounds1 } from "../axes/bounds1.ts";
import { bounds2 } from "../axes/bounds2.ts";
import { delta1 } from "../axes/delta1.ts";
import { delta2 } from "../axes/delta2.ts";
import { finalWindow } from "../axes/final-window.ts";
import { loss1 } from "../axes/loss1.ts";
import { loss2 } from "../axes/loss2.ts";
import { runs } from "../axes/runs.ts";
import { score } from "../axes/score.ts";
import type { Axis } from "../axis.ts";
import { destination } from "./axes/destination.ts";
import { input } from "./axes/input.ts";
import { law } from "./axes/law.ts";
import { metric } from "./axes/metric.ts";
import { offsets } from "./axes/offsets.ts";
import { pairTolerance } from "./axes/pair-tolerance.ts";
import { pairing } from "./axes/pairing.ts";
import { relation } from "./axes/relation.ts";
import { residual } from "./axes/residual.ts";
import { source } from "./axes/source.ts";
import { sourceLoss } from "./axes/source-loss.ts";
import { trainSubject } from "./axes/train-subject.ts";
import type { LossToLossRecipe } from "./recipe.ts";

/**
 * The design choices of loss-to-loss prediction, in the order in which they are applied: a delta follows its loss. Step 1
 * are the laws, step 2 the translation. A new one is a record in a file of its own and a line here.
 */
export const lossToLossAxes: readonly Axis<LossToLossRecipe>[] = [
  relation,
  source,
  destination,
  law,
  offsets,
  residual,
  pairing,
  pairTolerance,
  input,
  sourceLoss,
  trainSubject,
  metric,
  { ...score, description: "the metric whose error, 1 less it, loss-to-error predicts" },
  runs,
  { ...finalWindow, default: 1 },
  { ...bounds1, description: "bounds of the parameters of the laws" },
  { ...loss1, description: "loss of the residuals of the laws, which are of the logarithm of the loss" },
  {
    ...delta1,
    description:
      "residual at which the Huber loss of the laws turns from square to linear; idle where loss1 is squared",
    default: 0.1,
  },
  { ...bounds2, description: "bounds of the parameters of the translation (k, kappa, g, E)" },
  { ...loss2, description: "loss of the residuals of the translation", default: "squared" },
  {
    ...delta2,
    description:
      "residual at which the Huber loss of the translation turns from square to linear; idle where loss2 is squared",
  },
];
