import { CLAIM, type Superiority } from "./compare.ts";
import type { FoundLaw } from "./found.ts";
import type { SearchEnd } from "./search.ts";

/**
 * What was found, in a sentence of each law that the found one is compared with.
 *
 * @param laws the best first
 * @param constant the constant beside all forms
 */
export function sayFound(
  { count, data, cuts, unjudged }: Pick<SearchEnd, "count" | "data" | "cuts" | "unjudged">,
  laws: readonly FoundLaw[],
  constant: Superiority | undefined,
): string {
  const [best] = laws;
  const many = `${count.toLocaleString("en")} forms`;
  if (best === undefined) return `${data.name}: none of ${many} could be judged`;
  if (constant !== undefined && constant.p >= CLAIM)
    return `${data.name}: nothing is found: none of ${many} predicts larger rows better than a constant beyond noise (p ${shown(constant.p)})`;
  const said = laws.flatMap((law) => {
    const { details, judgement, name, isReference } = law;
    if (!isReference || details === undefined) return [];
    if (law === best)
      return `${name} is the best of ${many}: error ${shown(judgement.error)} beyond the cuts`;
    const { p } = details.rivals;
    const beside = `error ${shown(judgement.error)} beside ${shown(best.judgement.error)} beyond the cuts, p ${shown(p)}`;
    if (p >= CLAIM) return `${name} is within noise of the best of ${many} (${beside})`;
    const gains = judgement.ofCuts.map((error, c) => error / best.judgement.ofCuts[c]!);
    const most = gains.indexOf(Math.max(...gains));
    const less = 100 * (1 - best.judgement.error / judgement.error);
    return (
      `${best.name}, the best of ${many}, predicts larger rows better than ${name} (${beside}, ${less.toFixed(0)} % less); most beyond the cut at ` +
      `${shown(cuts[most]!.cost)}: ${shown(best.judgement.ofCuts[most]!)} beside ${shown(judgement.ofCuts[most]!)}`
    );
  });
  const simplest = laws
    .filter(({ details }) => details !== undefined && details.rivals.p >= CLAIM)
    .sort((a, b) => a.complexity - b.complexity)[0];
  const isSaid = simplest === undefined || simplest.isReference || simplest === best;
  const also = isSaid
    ? []
    : [
        `the simplest within noise of the best is ${simplest.name} (error ${shown(simplest.judgement.error)})`,
      ];
  if (said.length === 0)
    said.push(`${best.name} is the best of ${many}: error ${shown(best.judgement.error)} beyond the cuts`);
  const open = unjudged.map(
    (name) =>
      `${name} is not judged: it cannot be fitted to the ${cuts[0]!.rows} rows up to the first cut, or predicts no number beyond a cut`,
  );
  return `${data.name}: ${[...said, ...also, ...open].join("; ")}`;
}

const shown = (value: number): string => value.toPrecision(3).replace("e+", "e");
