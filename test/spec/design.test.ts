import { describe, expect, test } from "vitest";
import { type Design, designed } from "../../src/spec/design.ts";
import { getPreset } from "../../src/spec/presets.ts";
import { type CheckedSpec, checkSpec } from "../../src/spec/spec.ts";

const axesOf = (axes: CheckedSpec["axes"], design: Design = "one-at-a-time", only?: readonly string[]) =>
  designed(checkSpec({ method: "ladder", axes }, "s"), { design, only }, "s").axes;

describe("one at a time", () => {
  test("each list of a mapping varies alone, with the default among its values, beside the single values", () => {
    expect(axesOf({ loss2: "huber", delta2: [1e-2, 1e-1], link: ["sigmoid", "linear"] })).toEqual([
      { loss2: "huber", link: "sigmoid", delta2: [1e-3, 1e-2, 1e-1] },
      { loss2: "huber", delta2: 1e-2, link: ["sigmoid", "linear"] },
    ]);
  });

  test("several choices made at once are taken apart", () => {
    expect(axesOf([{ feature: "ce", link: "log-sigmoid", anchor: true }])).toEqual([
      { feature: ["loss", "ce"] },
      { link: ["sigmoid", "log-sigmoid"] },
    ]);
  });

  test("every axis of the ladder's choices has a value to compare, and of its ablations too", () => {
    for (const [name, count] of [
      ["ladder-choices", 17],
      ["ladder-ablations", 10],
    ] as const) {
      const { axes = [] } = designed(
        checkSpec(getPreset(name, "").spec, name),
        { design: "one-at-a-time", only: undefined },
        name,
      );
      const varied = [axes]
        .flat()
        .flatMap((mapping) =>
          Object.entries(mapping).flatMap(([axis, values]) => (Array.isArray(values) ? [axis] : [])),
        );
      expect(new Set(varied).size, name).toBe(count);
      expect(varied.length).toBe([axes].flat().length);
    }
  });
});

test("crossed: all values of the named axes", () => {
  const given = [{ link: ["sigmoid", "linear"] }, { anchor: [true, false] }, { input: "c" }];
  expect(axesOf(given, "crossed", ["anchor", "link"])).toEqual({
    anchor: [true, false],
    link: ["sigmoid", "linear"],
  });
  expect(axesOf(given, "as-given")).toEqual(given);
});

test("axes without a second value, and a cross of everything, are refused", () => {
  const given = { link: ["sigmoid", "linear"] };
  expect(() => axesOf(given, "one-at-a-time", ["lnk"])).toThrow(
    '--axis: s gives no second value of axis "lnk"; allowed: link; did you mean "link"?',
  );
  expect(() => axesOf(given, "crossed")).toThrow(
    "--design crossed: --axis names the axes to cross, two or more; allowed: link",
  );
  expect(() => axesOf(given, "as-given", ["link"])).toThrow(/does not go with --design as-given/);
});
