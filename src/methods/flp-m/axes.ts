import { bounds1 } from "../axes/bounds1.ts";
import { bounds2 } from "../axes/bounds2.ts";
import { delta1 } from "../axes/delta1.ts";
import { emerged } from "../axes/emerged.ts";
import { finalWindow } from "../axes/final-window.ts";
import { flops } from "../axes/flops.ts";
import { improvement } from "../axes/improvement.ts";
import { improvementDecimals } from "../axes/improvement-decimals.ts";
import { improvementUnit } from "../axes/improvement-unit.ts";
import { loss1 } from "../axes/loss1.ts";
import { margin } from "../axes/margin.ts";
import { neighbours } from "../axes/neighbours.ts";
import { runs } from "../axes/runs.ts";
import { score } from "../axes/score.ts";
import type { Axis } from "../axis.ts";
import { domains } from "./axes/domains.ts";
import { hidden } from "./axes/hidden.ts";
import { law } from "./axes/law.ts";
import { learningRate } from "./axes/learning-rate.ts";
import { link } from "./axes/link.ts";
import { networkInputs } from "./axes/network-inputs.ts";
import { networkResponse } from "./axes/network-response.ts";
import { shareFloor } from "./axes/share-floor.ts";
import { steps } from "./axes/steps.ts";
import { weightDecay } from "./axes/weight-decay.ts";
import { zeroShare } from "./axes/zero-share.ts";
import type { MixRecipe } from "./recipe.ts";

/**
 * The design choices of FLP-M, in the order in which they are applied: a delta follows its loss, decimals and margin what
 * they belong to. A new one is a record in a file of its own and a line here.
 */
export const mixAxes: readonly Axis<MixRecipe>[] = [
  flops,
  runs,
  score,
  domains,
  law,
  zeroShare,
  shareFloor,
  link,
  { ...finalWindow, default: 1 },
  improvement,
  improvementDecimals,
  improvementUnit,
  emerged,
  margin,
  neighbours,
  hidden,
  steps,
  learningRate,
  weightDecay,
  networkInputs,
  networkResponse,
  bounds1,
  bounds2,
  { ...loss1, default: "squared" },
  delta1,
];
