import { expect, test } from "vitest";
import { settingsOf, withDefaults } from "../../src/isoflop/spec.ts";

const settings = (given: Parameters<typeof withDefaults>[0]) =>
  settingsOf(withDefaults(given)).map(({ interpolation, window }) => [interpolation.name, window]);

test("every interpolation with every window, where it has one", () => {
  expect(settings({})).toEqual([["powers", 3]]);
  expect(settings({ interpolation: ["akima", "parabola"], window: [2, 4] })).toEqual([
    ["akima", Number.NaN],
    ["parabola", 2],
    ["parabola", 4],
  ]);
});

test("levels are those of the bootstrap unless they are given", () => {
  expect(withDefaults({}).levels).toEqual([0.9]);
  expect(withDefaults({}, [0.5, 0.8]).levels).toEqual([0.5, 0.8]);
  expect(withDefaults({ levels: [0.7] }, [0.5]).levels).toEqual([0.7]);
});
