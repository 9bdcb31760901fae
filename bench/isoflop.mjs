// How often the intervals of the isoflop analysis cover the truth, on a simulated surface whose law is known.
//
//     npm run build && node bench/isoflop.mjs [--datasets N] [--draws B]
//
// The loss is chinchilla's with the parameters of Hoffmann et al. (2022), with independent noise in proportion to it. Eight budgets from
// 2e17 to 4.84e19 FLOPs; the sizes of each are evenly spaced in ln N about a place that is off the best size by a random number of
// standard deviation 0.15. For the exponent of N and for the best size of each budget: the share of 90 % intervals that hold the
// truth, the root mean square error, and the median width. Writes a table to standard output.
import { parseArgs } from "node:util";
import { computeOptimal, getForm, isoflop } from "../dist/index.js";
import { randomStream } from "../dist/simulate/random.js";

const { values } = parseArgs({
  options: { datasets: { type: "string", default: "400" }, draws: { type: "string", default: "1000" } },
});
const datasets = Number(values.datasets);
const draws = Number(values.draws);

const form = getForm("chinchilla");
const law = Float64Array.of(Math.log(406.4), Math.log(410.7), 0.34, 0.28, 1.69);
const budgets = Array.from({ length: 8 }, (_, i) => 2e17 * 242 ** (i / 7));
const best = budgets.map((c) => computeOptimal(form, law, c));

const grids = {
  "11 sizes, 1.2 apart": { sizes: 11, ratio: 1.2 },
  "7 sizes, 1.5 apart": { sizes: 7, ratio: 1.5 },
};
const arms = Object.entries(grids).flatMap(([name, grid]) =>
  [0.0007, 0.002].flatMap((noise) =>
    [true, false].map((known) => ({ name, ...grid, noise, known, found: new Map() })),
  ),
);

/** A checkpoint table of one data set. */
function simulate({ sizes, ratio, noise }, seed) {
  const stream = randomStream(`isoflop/${sizes}/${noise}/${seed}`);
  const runs = budgets.flatMap((c, b) => {
    const centre = Math.log(best[b].n) + 0.15 * stream.normal();
    return Array.from({ length: sizes }, (_, i) => {
      const n = Math.exp(centre + (i - (sizes - 1) / 2) * Math.log(ratio));
      const d = c / (6 * n);
      return { run: `${b}-${i}`, n, d, c, loss: form.value(law, [n, d]) * (1 + noise * stream.normal()) };
    });
  });
  const column = (name) => Float64Array.from(runs, (run) => run[name]);
  return {
    source: "simulated",
    rows: runs.length,
    run: runs.map(({ run }) => run),
    role: runs.map(() => "fit"),
    ...{ n: column("n"), d: column("d"), c: column("c"), step: column("d") },
    subject: runs.map(() => "web"),
    family: runs.map(() => null),
    phase: runs.map(() => null),
    metrics: new Map([["loss", column("loss")]]),
    mixes: new Map(),
  };
}

const rowsOf = ({ rows, columns }) =>
  Array.from({ length: rows }, (_, i) => Object.fromEntries(columns.map((one) => [one.name, one.values[i]])));

function count(found, name, { lower, upper }, estimate, truth) {
  const own = found.get(name) ?? { of: 0, hits: 0, squares: 0, widths: [] };
  found.set(name, own);
  own.of++;
  if (lower <= truth && truth <= upper) own.hits++;
  if (Number.isFinite(estimate)) own.squares += (estimate - truth) ** 2;
  own.widths.push(upper - lower);
}

for (const arm of arms) {
  for (let seed = 1; seed <= datasets; seed++) {
    const options = { interpolation: ["parabola", "akima"], draws, seed };
    const tables = isoflop(simulate(arm, seed), { ...options, ...(arm.known && { noise: arm.noise }) });
    for (const row of rowsOf(tables.isoflop_laws)) {
      if (row.quantity !== "n") continue;
      const ends = { lower: row.exponent_lower, upper: row.exponent_upper };
      count(arm.found, `${row.interpolation} exponent`, ends, row.exponent, best[0].exponent);
    }
    for (const row of rowsOf(tables.isoflop)) {
      const truth = best[budgets.findIndex((c) => Math.abs(c / row.c - 1) < 1e-9)].n;
      const ends = { lower: Math.log(row.n_lower), upper: Math.log(row.n_upper) };
      count(arm.found, `${row.interpolation} size`, ends, Math.log(row.n), Math.log(truth));
    }
  }
}

const percent = ({ hits, of }) => ((100 * hits) / of).toFixed(1);
const error = ({ squares, of }) => Math.sqrt(squares / of).toFixed(4);
const width = ({ widths }) => widths.sort((a, b) => a - b)[Math.floor(widths.length / 2)].toFixed(4);
console.log(`${datasets} data sets, ${draws} draws\n`);
console.log(
  "| sizes | noise | interpolation | exponent covered (%) | its error | its width | size covered (%) | error of ln N |",
);
console.log(`|${" --- |".repeat(8)}`);
for (const { name, noise, known, found } of arms) {
  for (const interpolation of ["parabola", "akima"]) {
    const [exponent, size] = ["exponent", "size"].map((what) => found.get(`${interpolation} ${what}`));
    const cells = [name, `${noise}, ${known ? "known" : "told from the data"}`, interpolation];
    cells.push(percent(exponent), error(exponent), width(exponent), percent(size), error(size));
    console.log(`| ${cells.join(" | ")} |`);
  }
}
