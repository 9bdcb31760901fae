import { existsSync } from "node:fs";
import { join } from "node:path";
import { lastLine, run } from "./command.mjs";

/** compute-sanitizer's checks: of addresses, of races in shared memory, of barriers. */
const tools = ["memcheck", "racecheck", "synccheck"];

const name = "compute-sanitizer";

/** Runs a small batch under each of the sanitizer's tools, where it is installed. */
export async function sanitizer({ folder, backend }) {
  const installed = process.env.PATH.split(":").some((path) => existsSync(join(path, name)));
  const command = installed ? name : join("/usr/local/cuda/bin", name);
  const script = join(folder, "bench", "gpu", "small-batch.mjs");
  const result = [];
  for (const tool of tools) {
    const words = ["--tool", tool, "--target-processes", "all", "--error-exitcode", "77"];
    const program = [process.execPath, script, backend];
    const { code, output, reason } = await run(command, [...words, ...program], { limit: 150 });
    const verdict = code === 0 ? "clean" : (reason ?? `exit code ${code}`);
    result.push({ tool, verdict, output: output.slice(-4000) });
    console.log(`${tool}: ${verdict}: ${lastLine(output)}`);
    if (reason === "not found") return { result, wrong: [`${name} is not installed`] };
  }
  const wrong = result.filter(({ verdict }) => verdict !== "clean");
  return { result, wrong: wrong.map(({ tool, verdict }) => `${tool}: ${verdict}`) };
}
