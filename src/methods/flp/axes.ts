import { bounds1 } from "../axes/bounds1.ts";
import { bounds2 } from "../axes/bounds2.ts";
import { delta1 } from "../axes/delta1.ts";
import { delta2 } from "../axes/delta2.ts";
import { emerged } from "../axes/emerged.ts";
import { feature } from "../axes/feature.ts";
import { finalWindow } from "../axes/final-window.ts";
import { flops } from "../axes/flops.ts";
import { improvement } from "../axes/improvement.ts";
import { improvementDecimals } from "../axes/improvement-decimals.ts";
import { improvementUnit } from "../axes/improvement-unit.ts";
import { link } from "../axes/link.ts";
import { loss1 } from "../axes/loss1.ts";
import { loss2 } from "../axes/loss2.ts";
import { margin } from "../axes/margin.ts";
import { neighbours } from "../axes/neighbours.ts";
import { runs } from "../axes/runs.ts";
import { score } from "../axes/score.ts";
import type { Axis } from "../axis.ts";
import { direct } from "./axes/direct.ts";
import { law } from "./axes/law.ts";
import { residual } from "./axes/residual.ts";
import { stage2Runs } from "./axes/stage2-runs.ts";
import type { FlpRecipe } from "./recipe.ts";

/**
 * The design choices of FLP, in the order in which they are applied: a delta follows its loss, decimals and margin what
 * they belong to. A new one is a record in a file of its own and a line here.
 */
export const flpAxes: readonly Axis<FlpRecipe>[] = [
  flops,
  runs,
  score,
  { ...feature, default: "loss@domains" },
  law,
  direct,
  { ...link, default: "linear" },
  stage2Runs,
  { ...finalWindow, default: 1 },
  improvement,
  improvementDecimals,
  improvementUnit,
  emerged,
  margin,
  neighbours,
  bounds1,
  bounds2,
  residual,
  { ...loss1, default: "squared" },
  delta1,
  loss2,
  delta2,
];
