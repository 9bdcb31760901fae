// How often the intervals of the isoflop analysis cover the truth, on simulated surfaces whose law is known.
//
//     npm run build && node bench/isoflop.mjs [--datasets N] [--draws B] [--interpolation NAMES] [--noise known] [--only WORD]
//
// Losses have independent noise in proportion to them, which the analysis has to tell from the data itself (--noise known gives it). Eight
// budgets from 2e17 to 4.84e19 FLOPs; the sizes of each are evenly spaced in ln N about a place that is off the best size by a random
// number of standard deviation 0.15. For the exponent of N and for the best size of each budget: the share of 90 % intervals that hold
// the truth, the root mean square error of those that have an estimate, and the median width. Budgets whose minimum lies beyond their sizes
// have an interval that is open there; those without an interval count as not covered. Writes a table to standard output.
import { parseArgs } from "node:util";
import { computeOptimal, getForm, isoflop } from "../dist/index.js";
import { randomStream } from "../dist/random.js";

const { values } = parseArgs({
  options: {
    datasets: { type: "string", default: "200" },
    draws: { type: "string", default: "250" },
    interpolation: { type: "string", default: "powers" },
    noise: { type: "string", default: "told" },
    only: { type: "string", default: "" },
  },
});
const datasets = Number(values.datasets);
const draws = Number(values.draws);
const interpolations = values.interpolation.split(",");
const isKnown = values.noise === "known";

/** A form and its parameters. */
const surfaces = {
  // Hoffmann et al. (2022), approach 3.
  "alpha 0.34, beta 0.28": ["chinchilla", [Math.log(406.4), Math.log(410.7), 0.34, 0.28, 1.69]],
  // Their exponents' sum, one three times the other: a curve that is three times as steep on one side.
  "alpha 0.465, beta 0.155": ["chinchilla", [Math.log(4877), Math.log(31.6), 0.465, 0.155, 1.69]],
  // More curvature.
  "alpha 0.5, beta 0.5": ["chinchilla", [Math.log(4877), Math.log(16428), 0.5, 0.5, 1.5]],
};
const budgets = Array.from({ length: 8 }, (_, i) => 2e17 * 242 ** (i / 7));
const grids = {
  "11 sizes, 1/2.5 to 2.5": { sizes: 11, reach: 2.5 },
  "5 sizes, 1/4 to 4": { sizes: 5, reach: 4 },
  "15 sizes, 1/30 to 30": { sizes: 15, reach: 30 },
  "7 sizes, 1/30 to 30": { sizes: 7, reach: 30 },
};
const noises = [0.0005, 0.002, 0.01];

/** A checkpoint table of one data set. */
function simulate({ form, law, best, sizes, reach, noise, name }, seed) {
  const stream = randomStream(`isoflop/${name}/${noise}/${seed}`);
  const runs = budgets.flatMap((c, b) => {
    const centre = Math.log(best[b].n) + 0.15 * stream.normal();
    return Array.from({ length: sizes }, (_, i) => {
      const n = Math.exp(centre + Math.log(reach) * ((2 * i) / (sizes - 1) - 1));
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
  Array.from({ length: rows }, (_, i) =>
    Object.fromEntries(columns.map((column) => [column.name, column.values[i]])),
  );

function count(counts, name, { lower, upper }, estimate, truth) {
  const counted = counts.get(name) ?? { of: 0, found: 0, hits: 0, squares: 0, widths: [] };
  counts.set(name, counted);
  counted.of++;
  if (lower <= truth && truth <= upper) counted.hits++;
  if (estimate !== null && Number.isFinite(estimate)) {
    counted.found++;
    counted.squares += (estimate - truth) ** 2;
  }
  counted.widths.push(upper - lower);
}

function study(arm) {
  const counts = new Map();
  for (let seed = 1; seed <= datasets; seed++) {
    const options = { interpolation: interpolations, draws, seed, ...(isKnown && { noise: arm.noise }) };
    const tables = isoflop(simulate(arm, seed), options);
    for (const row of rowsOf(tables.isoflop_laws)) {
      if (row.quantity !== "n") continue;
      const ends = { lower: row.exponent_lower, upper: row.exponent_upper };
      count(counts, `${row.interpolation} exponent`, ends, row.exponent, arm.best[0].exponent);
    }
    for (const row of rowsOf(tables.isoflop)) {
      const truth = arm.best[budgets.findIndex((c) => Math.abs(c / row.c - 1) < 1e-9)].n;
      const ends = { lower: Math.log(row.n_lower), upper: Math.log(row.n_upper) };
      count(
        counts,
        `${row.interpolation} size`,
        ends,
        row.n === null ? null : Math.log(row.n),
        Math.log(truth),
      );
    }
  }
  return counts;
}

const percent = ({ hits, of }) => ((100 * hits) / of).toFixed(1);
const error = ({ squares, found }) => Math.sqrt(squares / found).toFixed(4);
// A typed array sorts infinite widths as well.
const width = ({ widths }) => Float64Array.from(widths).sort()[Math.floor(widths.length / 2)].toFixed(4);
console.log(`${datasets} data sets, ${draws} draws, noise ${values.noise}\n`);
console.log(
  "| surface | sizes | noise (%) | interpolation | exponent covered (%) | its error | its width | size covered (%) | error of ln N | its width |",
);
console.log(`|${" --- |".repeat(10)}`);
for (const [surface, [formName, parameters]] of Object.entries(surfaces)) {
  const [form, law] = [getForm(formName), Float64Array.from(parameters)];
  const best = budgets.map((c) => computeOptimal(form, law, c));
  for (const [name, grid] of Object.entries(grids)) {
    for (const noise of noises) {
      if (!`${surface}, ${name}, ${noise}`.includes(values.only)) continue;
      const counts = study({ ...grid, name, form, law, best, noise });
      for (const interpolation of interpolations) {
        const [exponent, size] = ["exponent", "size"].map((what) => counts.get(`${interpolation} ${what}`));
        const cells = [
          surface,
          name,
          100 * noise,
          interpolation,
          percent(exponent),
          error(exponent),
          width(exponent),
        ];
        console.log(`| ${[...cells, percent(size), error(size), width(size)].join(" | ")} |`);
      }
    }
  }
}
