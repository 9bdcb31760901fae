import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import LongFilesFirst from "./test/long-files-first.ts";

/** Files that replace modules for their whole process. */
const replacesModules = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => `test/${file.replaceAll("\\", "/")}`)
  .filter((file) => /\bvi\.(do)?mock\(/i.test(readFileSync(file, "utf8")));
/**
 * Files that replace the machine's compilers and have kernels that fault: they follow each other in processes of their own. All other
 * files do so in one process for each worker, which loads lawfit and its packages once.
 */
const replacesCompilers =
  "test/solve/{broken-compilers,compiled-library,faulting-kernel,hanging-library,kernel-cache}.test.ts";

export default defineConfig({
  // The studies of bench/ and the examples of docs/api take lawfit from dist/ (package.json), in tests from its source.
  resolve: {
    alias: [
      { find: /^lawfit$/, replacement: fileURLToPath(new URL("src/index.ts", import.meta.url)) },
      { find: /^#lawfit\/(.*)\.js$/, replacement: fileURLToPath(new URL("src/$1.ts", import.meta.url)) },
    ],
  },
  test: {
    globalSetup: "./test/global-setup.ts",
    reporters: ["default", "./test/slowest-files.ts"],
    sequence: { sequencer: LongFilesFirst },
    // By itself vitest leaves a core free, which on two cores is half of them.
    maxWorkers: "100%",
    // They end what hangs, and decide nothing: a busy machine may take ten times as long as an idle one.
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: ["test/**/*.test.ts"],
          exclude: [...replacesModules, replacesCompilers],
          isolate: false,
        },
      },
      { extends: true, test: { name: "compilers", include: [replacesCompilers], isolate: false } },
      { extends: true, test: { name: "own process", include: replacesModules } },
    ],
  },
});
