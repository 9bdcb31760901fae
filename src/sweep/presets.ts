import { UserError } from "../errors.ts";
import { didYouMean } from "../tables/nearest.ts";
import { flp } from "./presets/flp.ts";
import { flpAblations } from "./presets/flp-ablations.ts";
import { flpM } from "./presets/flp-m.ts";
import { flpMAblations } from "./presets/flp-m-ablations.ts";
import { ladder } from "./presets/ladder.ts";
import { ladderAblations } from "./presets/ladder-ablations.ts";
import { ladderMatrix } from "./presets/ladder-matrix.ts";
import { lossToLoss } from "./presets/loss-to-loss.ts";
import { lossToLossAblations } from "./presets/loss-to-loss-ablations.ts";
import type { Preset } from "./presets/preset.ts";

/** The presets by name. A new one is a record in a file of its own and a line here. */
export const presets: ReadonlyMap<string, Preset> = new Map(
  [
    ladder,
    ladderAblations,
    ladderMatrix,
    flp,
    flpAblations,
    flpM,
    flpMAblations,
    lossToLoss,
    lossToLossAblations,
  ].map((preset) => [preset.name, preset]),
);

/**
 * The preset of a name.
 *
 * @param where file and key, for messages
 * @throws UserError with the nearest name where there is none
 */
export function getPreset(name: string, where: string): Preset {
  const preset = presets.get(name);
  if (preset !== undefined) return preset;
  const names = [...presets.keys()];
  throw new UserError(
    `${where}: unknown preset ${JSON.stringify(name)}; allowed: ${names.join(", ")}${didYouMean(name, names)}`,
  );
}
