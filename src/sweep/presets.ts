import { UserError } from "../errors.ts";
import { didYouMean } from "../tables/nearest.ts";
import type { SweepSpec } from "./spec.ts";

/** A named sweep. */
export interface Preset {
  name: string;
  description: string;
  spec: SweepSpec;
}

/** The presets by name. */
export const presets: ReadonlyMap<string, Preset> = new Map(
  [
    {
      name: "ladder",
      description: "the main method of Bhagia et al. (2024): size and tokens to task loss, loss to accuracy",
      spec: { method: "ladder" },
    },
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
