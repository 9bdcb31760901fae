import { expect, test } from "vitest";
import { Meter } from "../../src/run/meter.ts";

const [law, link] = ["law", "link"].map((kernel) => ({ kernel, isReplicate: false })) as [
  { kernel: string; isReplicate: boolean },
  { kernel: string; isReplicate: boolean },
];

/** A meter of a clock that is moved by hand. Two requests are in flight at once. */
function meter() {
  let time = 100;
  const one = new Meter(undefined, () => time);
  const pass = (seconds: number) => {
    time += seconds;
  };
  /** Fits that take so many seconds. */
  const solved = (seconds: number, fits: number, kernel = law) => {
    pass(seconds);
    one.addFits({ ...kernel, fits }, 2 * seconds);
  };
  return { meter: one, pass, solved };
}

test("the time left is that of the fits that are left, in this phase and the next", () => {
  const { meter: one, solved } = meter();
  one.plan("solve", [{ ...law, fits: 1000 }]);
  one.plan("bootstrap", [{ ...law, isReplicate: true, fits: 9000 }]);
  expect(one.progress.secondsLeft).toBeUndefined();
  solved(5, 500);
  one.step(5, 10);
  expect(one.progress).toMatchObject({ fits: 500, fitsPerSecond: 100, secondsLeft: 95, seconds: 5 });
  one.enter("bootstrap");
  solved(10, 3000, { ...law, isReplicate: true });
  one.step(1, 3);
  expect(one.progress).toMatchObject({ phase: "bootstrap", fitsPerSecond: 300 });
  expect(one.progress.secondsLeft).toBeCloseTo(20, 9);
});

test("fits of a kernel that is slower than the others take longer; it is not known before some hundred of them", () => {
  const { meter: one, solved } = meter();
  one.plan("solve", [
    { ...law, fits: 10_000 },
    { ...link, fits: 1000 },
  ]);
  solved(10, 10_000);
  expect(one.progress).toMatchObject({ fitsPerSecond: 1000, secondsLeft: undefined });
  solved(10, 100, link);
  expect(one.progress.secondsLeft).toBeUndefined();
  solved(10, 100, link);
  // 800 fits at 10 a second, not at the 340 a second of all fits.
  expect(one.progress.secondsLeft).toBeCloseTo(80, 9);
});

test("while kernels are compiled nothing is estimated from the time that it takes", () => {
  const { meter: one, pass, solved } = meter();
  one.plan("solve", [{ ...law, fits: 1000 }]);
  one.wait(true);
  pass(60);
  expect(one.progress).toMatchObject({ seconds: 60, secondsLeft: undefined });
  one.wait(false);
  solved(5, 500);
  expect(one.progress).toMatchObject({ seconds: 65, fitsPerSecond: 100, secondsLeft: 5 });
});

test("back-tests, which count their steps anew at each cut, do not begin anew", () => {
  const { meter: one, solved } = meter();
  one.plan("backtest", [{ ...law, fits: 2000 }]);
  one.enter("backtest");
  solved(10, 1000);
  one.step(10, 10);
  one.step(0, 10);
  expect(one.progress.secondsLeft).toBeCloseTo(10, 9);
});

test("work that was found finished takes no time and does not count for the speed", () => {
  const { meter: one, solved } = meter();
  one.plan("solve", [{ ...law, fits: 10_000 }]);
  one.addFound(9000);
  one.step(9, 10);
  solved(4, 400);
  expect(one.progress).toMatchObject({ fits: 400, fitsFound: 9000, fitsPerSecond: 100 });
  expect(one.progress.secondsLeft).toBeCloseTo(6, 9);
});

test("the speed is that of the last two minutes", () => {
  const { meter: one, solved } = meter();
  for (let i = 0; i < 150; i++) solved(2, i < 75 ? 2000 : 20);
  expect(one.progress.fitsPerSecond).toBeCloseTo(10, 6);
});
