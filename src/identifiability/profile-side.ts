/** What is known of a profile at a distance from the estimate. */
export interface ProfilePoint {
  /** From the estimate, >= 0. */
  distance: number;
  /** Root of the rise of the objective, as a share of the threshold: 1 at the end. Of a parabola it is straight. */
  height: number;
  /** All parameters there; undefined where no fit was found. */
  parameters: Float64Array | undefined;
}

/** Where a side of a profile ends, as a distance from the estimate. */
export interface ProfileEnd {
  distance: number;
  /** Whether the objective stays below the threshold up to there: the data do not close the side. */
  open: boolean;
}

/** How near to its threshold a look must be; the end is then put on the straight line through its neighbours. */
const tolerance = 2e-3;

/** Width of a bracket, as a share of the distance, that is an end. */
const narrow = 1e-4;

/** Held fits that a side may take. */
const mostTrials = 30;

/** The search for the end of one side of a profile: asked for a distance, told what is there, until it has an end. */
export interface ProfileSide {
  /** Distance to look at next; undefined once there is an end. */
  next(): number | undefined;
  tell(point: ProfilePoint): void;
  /** Points on either side of the end, as far as they are known: to start from. */
  neighbours(): ProfilePoint[];
  end(): ProfileEnd;
}

/**
 * Brackets the end by ever longer steps, then closes in by straight lines through the heights, or by halves where the last
 * look left more than half of the bracket.
 *
 * @param step distance of the first look
 * @param farthest distance to the bound, or at which to give up: the side is open if it is low even there
 */
export function profileSide(step: number, farthest: number): ProfileSide {
  let inside: ProfilePoint = { distance: 0, height: 0, parameters: undefined };
  let outside: ProfilePoint | undefined;
  let end: ProfileEnd | undefined = farthest > 0 ? undefined : { distance: 0, open: true };
  let trials = 0;
  let slow = false;

  const between = (low: ProfilePoint, high: ProfilePoint): number => {
    const share = (1 - low.height) / (high.height - low.height);
    return low.distance + (high.height < Infinity ? share : 0.5) * (high.distance - low.distance);
  };
  const beyond = (): number => {
    if (inside.distance === 0) return step;
    const aim = inside.height > 0 ? (1.2 * inside.distance) / inside.height : Infinity;
    return Math.max(2 * inside.distance, Math.min(8 * inside.distance, aim));
  };
  return {
    next() {
      if (end) return undefined;
      if (!outside) return Math.min(beyond(), farthest);
      return slow ? (inside.distance + outside.distance) / 2 : between(inside, outside);
    },
    tell(point) {
      trials++;
      const { distance, height } = point;
      const before = outside ? outside.distance - inside.distance : Infinity;
      if (height < 1) inside = point;
      else outside = point;
      slow = outside !== undefined && outside.distance - inside.distance > before / 2;
      if (outside) {
        const settled =
          Math.abs(height - 1) <= tolerance ||
          outside.distance - inside.distance <= narrow * outside.distance;
        if (settled || trials >= mostTrials) end = { distance: between(inside, outside), open: false };
      } else if (1 - height <= tolerance)
        end = { distance: Math.min(farthest, distance / height), open: false };
      else if (distance >= farthest || trials >= mostTrials) end = { distance: farthest, open: true };
    },
    neighbours: () => [inside, ...(outside ? [outside] : [])].filter(({ parameters }) => parameters),
    end: () => end!,
  };
}
