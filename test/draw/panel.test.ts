import { expect, test } from "vitest";
import { dots } from "../../src/draw/marks.ts";
import { drawPanel } from "../../src/draw/panel.ts";

test("a panel names its axes, marks sizes with suffixes, and has no style sheet of its own", () => {
  const { svg } = drawPanel({
    title: "a < b",
    x: { label: "model parameters N", scale: "log", ticks: "count", values: [2e8, 1.3e10] },
    y: { label: "loss", values: [0.5, 2] },
    marks: [dots([{ x: 1e9, y: 1.23456789 }], "var(--fit)")],
  });
  for (const text of ["model parameters N", "loss", "a &lt; b", ">1B<", 'fill="var(--fit)"'])
    expect(svg).toContain(text);
  expect(svg).not.toContain("<style");
  expect(svg).not.toMatch(/="[^"]*\d\.\d{3,}[^"]*"/);
});

test.each([
  ["linear", [0, 1]],
  ["log", [0.3, 300]],
] as const)(
  "labels beside a panel with a %s axis stand apart where their places are the same",
  (scale, values) => {
    const { svg } = drawPanel({
      x: { label: "x", values: [0, 1] },
      y: { label: "y", scale, values },
      marks: [],
      labels: [
        { y: 0.5, text: "first label" },
        { y: 0.5, text: "second label" },
        { y: 5, text: "third label" },
      ],
    });
    const places = Array.from(
      svg.matchAll(/translate\(([\d.]+),(-?[\d.]+)\)"[^>]*>(?:first|second|third) label/g),
      ([, , y]) => Number(y),
    );
    expect(places).toHaveLength(3);
    const gaps = places.toSorted((a, b) => a - b);
    expect(Math.min(gaps[1]! - gaps[0]!, gaps[2]! - gaps[1]!)).toBeGreaterThan(10);
    expect(gaps[0]).toBeGreaterThan(0);
  },
);
