const whole = (x) => (Number.isFinite(x) ? Math.round(x).toLocaleString("en") : "");
const percent = (x) => (Number.isFinite(x) ? `${(100 * x).toFixed(1)} %` : "");

/** Float64 operations of a chinchilla fit under Huber's loss of logarithms (bench/gpu.md): a point, and a round. */
const operationsPerPoint = 124;
const operationsPerRound = 400;

/** Float64 units of a multiprocessor, by compute capability; graphics cards have two. */
const units = { "8.0": 64, "9.0": 64, "10.0": 64 };

/** What was measured as Markdown: the machine, the steps, the tables. */
export function markdown({ date, command, steps, results }) {
  const { machine, conformance, replicates, networks, sanitizer, throughput, peers } = results;
  return [
    `# GPU, ${date.slice(0, 10)}`,
    `\`${command}\``,
    machine && machineText(machine),
    table(
      ["step", "result", "seconds"],
      steps.map(({ name, failure, seconds }) => [name, failure ?? "ok", seconds.toFixed(1)]),
    ),
    conformance && conformanceText(conformance),
    replicates && replicatesText(replicates),
    networks && networksText(networks),
    sanitizer &&
      `compute-sanitizer: ${sanitizer.map(({ tool, verdict }) => `${tool} ${verdict}`).join(", ")}.`,
    throughput && throughputText(throughput, machine),
    peers && peersText(peers),
  ]
    .filter((part) => part !== undefined)
    .map((part) => `${part}\n`)
    .join("\n");
}

function machineText({ lawfit, gpus, processor, cores, node }) {
  const cards = gpus.map((gpu) => {
    const { name, driver_version: driver, "memory.total": memory, multiprocessors } = gpu;
    return `${name} (${multiprocessors ?? "?"} multiprocessors, ${memory} MiB, at most ${gpu["clocks.max.sm"]} MHz), driver ${driver}`;
  });
  const all = [...cards, `${processor}, ${cores} cores`, `Node ${node}`, `lawfit ${lawfit}`];
  return all.map((line) => `- ${line}`).join("\n");
}

function conformanceText({ problems, wellPosed, failed, ...largest }) {
  const { largestObjectiveDifference: objective, largestPredictionDifference: prediction } = largest;
  return (
    `## Agreement with the processor\n\n${problems - failed} of ${problems} problems agree. Largest relative difference: ` +
    `objectives ${objective.toExponential(1)}, predictions of ${wellPosed} well-posed fits ${prediction.toExponential(1)}.`
  );
}

function replicatesText({ rows }) {
  const cells = rows.map(({ problem, scheme, largestDifference, replicates, starts, seconds }) => {
    return [problem, scheme, largestDifference.toExponential(1), `${starts}`, whole(replicates / seconds)];
  });
  const head = ["problem", "resampled by", "objectives differ by", "starts each", "replicates/s"];
  return `## Replicates\n\n${table(head, cells)}`;
}

function networksText({ rows }) {
  const cells = rows.map(({ points, program, networks, seconds, rate, largestDifference }) => {
    const speed = [whole(networks / seconds), whole(rate / 1e9)];
    return [`${points}`, program, whole(networks), ...speed, largestDifference.toExponential(1)];
  });
  const head = ["points", "program", "networks", "networks/s", "Gflop/s", "objectives differ by"];
  return `## Training of networks\n\n${table(head, cells)}`;
}

function throughputText({ data, rows }, machine) {
  const programs = [...new Set(rows.map(({ program }) => program))];
  const means = programs.map((program) => {
    const selected = rows.filter((row) => row.program === program && row.kind === "loss");
    const mean =
      selected.reduce((sum, { goodFitsPerSecond }) => sum + goodFitsPerSecond, 0) / selected.length;
    return `- ${program}: ${whole(mean)} good fits/s, mean of ${selected.length} loss series`;
  });
  const head = [
    "series",
    "points",
    "program",
    "starts",
    "fits/s",
    "good",
    "good fits/s",
    "iterations",
    "of FP64 peak",
  ];
  const body = rows.map((row) => [...cells(row), percent(shareOfPeak(row, machine))]);
  return `## Throughput\n\nSeries: ${data}.\n\n${means.join("\n")}\n\n${table(head, body)}`;
}

function peersText({ rows, absent }) {
  const head = [
    "series",
    "points",
    "program",
    "starts",
    "fits/s",
    "good",
    "good fits/s",
    "iterations",
    "lawfit, times",
  ];
  const body = rows.map((row) => [...cells(row), row.lawfitRatio === null ? "" : row.lawfitRatio.toFixed(1)]);
  const missing = absent.map(
    ({ series, program, reason }) => `- ${program} on ${series}: not measured: ${reason}`,
  );
  return ["## Peers", table(head, body), missing.join("\n")].filter((part) => part !== "").join("\n\n");
}

function cells({ series, points, program, starts, fitsPerSecond, goodShare, goodFitsPerSecond, iterations }) {
  const rates = [whole(fitsPerSecond), percent(goodShare), whole(goodFitsPerSecond), iterations.toFixed(1)];
  return [series, whole(points), program, whole(starts), ...rates];
}

/** Share of the first GPU's float64 rate that a loss series reached, by counted operations; NaN where that is not known. */
function shareOfPeak({ kind, program, points, fitsPerSecond, iterations }, machine) {
  const gpu = machine?.gpus[0];
  if (kind !== "loss" || program !== "lawfit-cuda" || !gpu) return Number.NaN;
  const peak = gpu.multiprocessors * (units[gpu.compute_cap] ?? Number.NaN) * gpu["clocks.max.sm"] * 1e6;
  const operations = iterations * (points * operationsPerPoint + operationsPerRound);
  return (fitsPerSecond * operations) / (peak * machine.gpus.length);
}

function table(head, body) {
  return [head, head.map(() => "---"), ...body]
    .map((row) => `| ${row.map(escaped).join(" | ")} |`)
    .join("\n");
}

function escaped(cell) {
  return String(cell).replaceAll("|", "\\|").replaceAll("\n", " ");
}
