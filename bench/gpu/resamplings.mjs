/** Every way to resample, on a problem whose points make 12 runs and one point of no run. */
export function resamplingsOf({ response }) {
  const points = response.length;
  const length = Math.floor((points - 1) / 12);
  const runLengths = Array.from({ length: 12 }, (_, r) => (r < 11 ? length : points - 1 - 11 * length));
  const residual = Float64Array.from({ length: points }, (_, q) => 0.02 * Math.sin(5 * q));
  const group = Int32Array.from({ length: points }, (_, q) => Math.min(12, Math.floor(q / length)));
  const strata = [5, 7];
  const draws = {
    runs: {
      kind: "groups",
      group: group.map((g, q) => (q === points - 1 ? 12 : Math.min(g, 11))),
      strata: [5, 7, 1],
    },
    blocks: { kind: "blocks", runLengths, strata, blockLength: 5 },
    wild: { kind: "wild", runLengths, residual },
    residual: { kind: "residual", runLengths, residual },
    parametric: { kind: "parametric", runLengths, residual, betweenRuns: 0.01, withinRuns: 0.02 },
  };
  return Object.fromEntries(
    Object.entries(draws).map(([name, draw]) => [name, { population: "runs", draw }]),
  );
}
