/**
 * The oldest PTX language that has an architecture, for those that drivers older than the compilers serve; a driver
 * refuses PTX of a newer language than its own, whatever it says.
 */
const languages: Readonly<Record<string, string>> = {
  sm_80: "7.0",
  sm_86: "7.1",
  sm_89: "7.8",
  sm_90: "7.8",
};

/**
 * PTX as an older driver takes it too. A compiler labels its output with its own, newest version of the language; the
 * kernels use nothing that the first version with their architecture lacks, bar hints to the optimiser, which are
 * left out. CUDA 13's output then loads on drivers from CUDA 11.8 on (sm_80: 11.0).
 */
export function ptxForOlderDrivers(ptx: string): string {
  const target = /^\s*\.target\s+(sm_\d+)\s*(?:,|$)/m.exec(ptx)?.[1];
  const oldest = target === undefined ? undefined : languages[target];
  const label = /^(\s*\.version\s+)(\d+)\.(\d+)/m.exec(ptx);
  if (oldest === undefined || !label) return ptx;
  const [major = 0, minor = 0] = oldest.split(".").map(Number);
  const [, before, ...own] = label;
  const [ownMajor = 0, ownMinor = 0] = own.map(Number);
  if (ownMajor < major || (ownMajor === major && ownMinor <= minor)) return ptx;
  return ptx
    .replace(label[0], `${before}${oldest}`)
    .replace(/^\s*\.pragma\s+"used_bytes_mask[^"]*";\s*\n/gm, "");
}
