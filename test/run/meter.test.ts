import { expect, test } from "vitest";
import { Meter } from "../../src/run/meter.ts";

function meter() {
  let time = 100;
  const meter = new Meter(undefined, () => time);
  return { meter, pass: (seconds: number) => (time += seconds) };
}

test("the time left is that of the fits that are left, in this phase and the next", () => {
  const { meter: one, pass } = meter();
  one.plan("solve", 1000);
  one.plan("bootstrap", 9000);
  expect(one.progress.secondsLeft).toBeUndefined();
  pass(5);
  one.addFits(500);
  one.step(5, 10);
  expect(one.progress).toMatchObject({ fits: 500, fitsPerSecond: 100, secondsLeft: 95, seconds: 5 });
  one.enter("bootstrap");
  pass(10);
  one.addFits(3000);
  one.step(1, 3);
  expect(one.progress).toMatchObject({ phase: "bootstrap", fitsPerSecond: 300 });
  expect(one.progress.secondsLeft).toBeCloseTo(20, 9);
});

test("work that was found finished takes no time and does not count for the speed", () => {
  const { meter: one, pass } = meter();
  one.plan("solve", 1000);
  one.addFound(900);
  one.step(9, 10);
  pass(4);
  one.addFits(40);
  expect(one.progress).toMatchObject({ fits: 40, fitsFound: 900, fitsPerSecond: 10 });
  expect(one.progress.secondsLeft).toBeCloseTo(10, 9);
});

test("the speed is that of the last two minutes", () => {
  const { meter: one, pass } = meter();
  for (let i = 0; i < 150; i++) {
    pass(2);
    one.addFits(i < 75 ? 2000 : 20);
  }
  expect(one.progress.fitsPerSecond).toBeCloseTo(10, 6);
});
