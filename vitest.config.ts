import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The studies of bench/ take lawfit from dist/ (package.json), in tests from its source.
  resolve: {
    alias: [
      { find: /^#lawfit\/(.*)\.js$/, replacement: fileURLToPath(new URL("src/$1.ts", import.meta.url)) },
    ],
  },
  test: { include: ["test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 120_000 },
});
