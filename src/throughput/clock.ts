import { median } from "../statistics.ts";

/** A time, or a duration, in seconds. */
export interface Seconds {
  wall: number;
  /** Of the processor, all threads of this process together: what other programs do hardly changes it. */
  processor: number;
}

export function clockNow(): Seconds {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now() / 1000, processor: (user + system) / 1e6 };
}

export function secondsSince(begin: Seconds): Seconds {
  const now = clockNow();
  return { wall: now.wall - begin.wall, processor: now.processor - begin.processor };
}

/** Each clock's own median. */
export function medianSeconds(seconds: readonly Seconds[]): Seconds {
  return {
    wall: median(seconds.map(({ wall }) => wall)),
    processor: median(seconds.map(({ processor }) => processor)),
  };
}
