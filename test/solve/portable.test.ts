import { rmSync, truncateSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { getForm } from "../../src/forms/registry.ts";
import { openBackend } from "../../src/solve/backends.ts";
import { readChecked, writeChecked } from "../../src/solve/checked-file.ts";
import type { KernelVariant } from "../../src/solve/kernel.ts";
import { portableModulePath } from "../../src/solve/portable.ts";
import { solveStarts } from "../../src/solve/solve.ts";
import { hasPortable } from "../kernels/toolchains.ts";
import { cases, problemOf } from "./cases.ts";

/** The line, under a text of the test's own: a module that nobody else loads. */
const variant: KernelVariant = {
  formSource: `${getForm("linear").kernelSource}// of the test of damaged modules\n`,
  parameters: 2,
  logResidual: false,
  robust: false,
  resampling: "none",
};
const path = portableModulePath(variant);
afterAll(() => rmSync(path, { force: true }));

test.skipIf(!hasPortable)(
  "a WebAssembly module that was cut or changed is named, with what to do",
  async () => {
    const whole = await readChecked(
      portableModulePath({ ...variant, formSource: getForm("linear").kernelSource }),
    );
    if (!Buffer.isBuffer(whole)) throw new Error("the module of the line is not whole");
    const damages = [
      async () => writeFileSync(path, ""),
      async () => {
        await writeChecked(path, whole);
        truncateSync(path, whole.length >> 1);
      },
      async () => {
        await writeChecked(path, whole);
        truncateSync(path, whole.length);
      },
    ];
    for (const damage of damages) {
      await damage();
      const backend = await openBackend("portable", 1);
      const error: unknown = await backend.kernel(variant).catch((thrown: unknown) => thrown);
      await backend.close();
      expect(error).toBeInstanceOf(UserError);
      expect((error as UserError).message).toBe(
        `${path} is damaged (cut short or changed): reinstall lawfit, or run \`npm run build:portable\` in its folder`,
      );
    }
  },
);

test.skipIf(!hasPortable)("the WebAssembly interpreter gives the bits of a form's own module", async () => {
  const chinchilla = cases.find(({ form }) => form.name === "chinchilla")!;
  const problem = problemOf(chinchilla, { noise: 0.02 });
  const own = await solveStarts(problem, { backend: "portable", threads: 1, starts: 6 });
  const interpreted = { backend: "portable", threads: 1, starts: 6, kernels: "interpreted" } as const;
  expect(await solveStarts(problem, interpreted)).toEqual(own);
});
