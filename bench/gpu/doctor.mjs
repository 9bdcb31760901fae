import { join } from "node:path";
import { run } from "./command.mjs";

/** `lawfit doctor`: which backends work, and where the GPU's kernels come from. */
export async function doctor({ folder, backend }) {
  const { code, output, reason } = await run(process.execPath, [join(folder, "bin", "lawfit.js"), "doctor"]);
  console.log(output.trim());
  const works = new RegExp(`^${backend} +works`, "m").test(output);
  const wrong = code !== 0 ? [reason ?? `exit code ${code}`] : works ? [] : [`${backend} does not work`];
  return { result: output, wrong };
}
