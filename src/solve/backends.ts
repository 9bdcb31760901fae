import { availableParallelism } from "node:os";
import { UserError } from "../errors.ts";
import { hasInterpreter, interpreting } from "./interpreted/backend.ts";
import type { Backend } from "./kernel.ts";
import { type BackendChoice, type BackendName, backendChoices, type SolveOptions } from "./problem.ts";

interface OpenOptions {
  threads: number;
  onWarning: (line: string) => void;
  onCompile?: SolveOptions["onCompile"];
  /** Whether the user chose this backend by its name: then it does all the work, or fails with the reason. */
  named: boolean;
  /** Ends compilers that run. */
  signal?: AbortSignal | undefined;
}

type Opener = (options: OpenOptions) => Promise<Backend | { reason: string }>;

// The code of each is loaded when it is tried: most machines have no GPU, and most commands solve nothing.

const openCuda: Opener = async ({ threads, named, onWarning, signal }) => {
  const { openCuda } = await import("./cuda/backend.ts");
  return openCuda({
    openFallback: () => openBackend("cpu", threads, { onWarning, signal }),
    strict: named,
    onWarning,
  });
};

/**
 * The cuda backend where the user did not choose it by name: it must first agree with the processor on two small problems, because
 * an unknown kind of driver or device may compute wrongly.
 */
const openTestedCuda: Opener = async (options) => {
  if (options.named) return openCuda(options);
  const warnings: string[] = [];
  let isTested = false;
  const onWarning = (line: string): void => {
    if (isTested) options.onWarning(line);
    else warnings.push(line);
  };
  const cuda = await openCuda({ ...options, onWarning });
  if ("reason" in cuda) return cuda;
  const cpu = await openBackend("cpu", options.threads, { signal: options.signal });
  const { selfTest } = await import("./cuda/self-test.ts");
  const reason = await selfTest(cuda, cpu, warnings).finally(() => cpu.close());
  isTested = true;
  if (reason === undefined) return cuda;
  await cuda.close();
  return { reason };
};

const openNative: Opener = async ({ threads, named, onCompile, onWarning, signal }) => {
  const { openNative } = await import("./native.ts");
  return openNative(threads, {
    onCompile,
    openFallback: named ? undefined : () => openBackend("portable", threads),
    onWarning,
    signal,
  });
};

const openPortable: Opener = async ({ threads }) => {
  const { openPortable } = await import("./portable.ts");
  return openPortable(threads);
};

const openTfjs: Opener = async ({ threads, onWarning, signal }) => {
  const { openTfjs } = await import("./tfjs/backend.ts");
  return openTfjs({ openCpu: () => openBackend("cpu", threads, { onWarning, signal }) });
};

/** The backends in the order in which they are tried; tfjs is only taken by its name. */
const openers: readonly (readonly [name: BackendName, open: Opener])[] = [
  ["cuda", openTestedCuda],
  ["native", openNative],
  ["portable", openPortable],
  ["tfjs", openTfjs],
];

type OpenBackendOptions = Pick<SolveOptions, "onBackend" | "onCompile" | "onWarning" | "kernels"> &
  Pick<OpenOptions, "signal">;

/** Whether a choice stands for a backend. */
function meantBy(wanted: BackendChoice, name: BackendName): boolean {
  if (wanted === name) return true;
  return name !== "tfjs" && (wanted === "auto" || (wanted === "cpu" && name !== "cuda"));
}

/**
 * Opens a backend (`backendChoices`). `onBackend` is called with its description and the reasons against those that were tried before
 * it; `signal` ends compilers that run for it.
 *
 * @param wanted the name of a backend; `auto` takes the first of cuda, native and portable that works, `cpu` of native and portable
 * @param threads of the processor's backends, a whole number from 1
 * @throws UserError with the reasons where no backend works, or the choice or the number of threads is not allowed
 */
export async function openBackend(
  wanted: BackendChoice = "auto",
  threads: number = availableParallelism(),
  { onBackend, onCompile, onWarning, kernels = "compiled", signal }: OpenBackendOptions = {},
): Promise<Backend> {
  if (!backendChoices.includes(wanted)) {
    throw new UserError(`backend "${wanted}" is unknown; allowed: ${backendChoices.join(", ")}`);
  }
  if (!Number.isInteger(threads) || threads < 1) {
    throw new UserError(`threads: ${threads} is not allowed; a whole number from 1 on`);
  }
  const reasons: string[] = [];
  const said = new Set<string>();
  /** A compiler or a cache that fails does so for every kernel, and is reported once. */
  const warnOnce = (line: string): void => {
    if (!said.has(line)) onWarning?.(line);
    said.add(line);
  };
  for (const [name, open] of openers) {
    if (!meantBy(wanted, name)) continue;
    const named = wanted === name;
    const backend = await open({ threads, named, onCompile, onWarning: warnOnce, signal });
    if (!("reason" in backend)) {
      onBackend?.(backend.description, reasons);
      // Without a compiler a form is interpreted that has no kernel.
      const choice = name === "portable" && kernels === "compiled" ? "auto" : kernels;
      return choice === "compiled" || !hasInterpreter(name) ? backend : interpreting(backend, choice);
    }
    reasons.push(`${name}: ${backend.reason}`);
  }
  if (wanted === "auto" || wanted === "cpu")
    throw new UserError(`no backend works here: ${reasons.join("; ")}`);
  throw new UserError(`backend ${reasons[0]}`);
}

/** Whether a backend works on this machine. */
export interface BackendState {
  name: BackendName;
  available: boolean;
  /** Its device, compiler, instruction set and threads, or the reason why it does not work. */
  detail: string;
}

/** All backends: whether each works on this machine, and its description or the reason why not. */
export async function describeBackends(): Promise<BackendState[]> {
  const rows: BackendState[] = [];
  for (const [name, open] of openers) {
    const backend = await open({ threads: availableParallelism(), named: false, onWarning: () => {} });
    if ("reason" in backend) rows.push({ name, available: false, detail: backend.reason });
    else {
      rows.push({ name, available: true, detail: backend.description });
      await backend.close();
    }
  }
  return rows;
}
