import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** TensorFlow.js: the operations of @tensorflow/tfjs-core, which every device's package has. */
export type TensorFlow = typeof import("@tensorflow/tfjs-core");
export type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";

/** Versions of TensorFlow.js that lawfit supports; those of the peer dependencies in package.json. */
const supportedVersions = "4.22 or a later 4.x";

/** Loads packages, as `require` does. */
export interface PackageLoader {
  /** Path of a package. Throws where it is not installed. */
  resolve(name: string): string;
  /** Content of a package. Throws where it cannot be loaded. */
  load(name: string): unknown;
}

/** A device on which TensorFlow.js computes. */
interface TensorDevice {
  /** The name that $LAWFIT_TFJS takes. */
  name: string;
  /** Its package, and those that this needs. */
  packages: readonly string[];
  /** What computes, for people. */
  description: string;
  /** Largest size of a tensor over fits and points: enough to keep the device busy. */
  tensorSize: number;
  /** Loads TensorFlow.js with this device. Rejects where it cannot be loaded. */
  open(loader: PackageLoader): Promise<TensorFlow>;
}

const core = "@tensorflow/tfjs-core";

/** Loads a backend that registers itself with tfjs-core, and selects it. */
async function registered(loader: PackageLoader, packageName: string, name: string): Promise<TensorFlow> {
  const tf = loader.load(core) as TensorFlow;
  // Otherwise it prints an advertisement to stderr.
  tf.enableProdMode();
  const backend = loader.load(packageName) as { setWasmPaths?(folder: string): void };
  backend.setWasmPaths?.(join(dirname(loader.resolve(packageName)), "/"));
  if (!(await tf.setBackend(name))) throw new Error(`its backend "${name}" does not start`);
  return tf;
}

/** Loads a package for Node.js, which contains all of TensorFlow.js. */
async function complete(loader: PackageLoader, packageName: string): Promise<TensorFlow> {
  const tf = loader.load(packageName) as TensorFlow;
  tf.enableProdMode();
  if (!(await tf.setBackend("tensorflow"))) throw new Error('its backend "tensorflow" does not start');
  return tf;
}

/** The devices, in the order in which they are tried. */
const tensorDevices: readonly TensorDevice[] = [
  {
    name: "node-gpu",
    packages: ["@tensorflow/tfjs-node-gpu"],
    description: "libtensorflow with CUDA",
    tensorSize: 2 ** 20,
    open: (loader) => complete(loader, "@tensorflow/tfjs-node-gpu"),
  },
  {
    name: "node",
    packages: ["@tensorflow/tfjs-node"],
    description: "libtensorflow on the processor",
    tensorSize: 2 ** 17,
    open: (loader) => complete(loader, "@tensorflow/tfjs-node"),
  },
  {
    name: "wasm",
    packages: ["@tensorflow/tfjs-backend-wasm", core],
    description: "WebAssembly on the processor, one thread",
    tensorSize: 2 ** 16,
    open: (loader) => registered(loader, "@tensorflow/tfjs-backend-wasm", "wasm"),
  },
  {
    name: "cpu",
    packages: ["@tensorflow/tfjs-backend-cpu", core],
    description: "JavaScript on the processor, one thread",
    tensorSize: 2 ** 15,
    open: (loader) => registered(loader, "@tensorflow/tfjs-backend-cpu", "cpu"),
  },
];

/** A device that is ready. */
export interface OpenedDevice {
  device: TensorDevice;
  tf: TensorFlow;
  /** Version of its package. */
  version: string;
  /** The reasons against the devices before it: "node-gpu: ...". */
  passedOver: string[];
}

const require = createRequire(import.meta.url);
const installed: PackageLoader = { resolve: (name) => require.resolve(name), load: (name) => require(name) };

/**
 * Opens the first device whose package is installed, or the one that is named. Where an installed package cannot be loaded no later
 * device is tried; that is the reason that is returned.
 *
 * @param wanted name of a device; the first one where it is undefined or empty
 */
export async function openDevice(
  wanted: string | undefined = process.env.LAWFIT_TFJS,
  loader: PackageLoader = installed,
): Promise<OpenedDevice | { reason: string }> {
  const names = tensorDevices.map(({ name }) => name);
  if (wanted && !names.includes(wanted)) {
    return { reason: `LAWFIT_TFJS names the device "${wanted}"; allowed: ${names.join(", ")}` };
  }
  const passedOver: string[] = [];
  for (const device of tensorDevices) {
    if (wanted && device.name !== wanted) continue;
    const packages = device.packages.map((name) => ({ name, version: versionOf(loader, name) }));
    const missing = packages.find(({ version }) => version === undefined);
    if (missing) {
      const reason = `${missing.name} is not installed`;
      if (wanted) return { reason: adviceOn(device, reason) };
      passedOver.push(`${device.name}: ${reason}`);
      continue;
    }
    const other = packages.find(({ version }) => !isSupported(version!));
    if (other) return { reason: adviceOn(device, `${other.name} is of version ${other.version}`) };
    try {
      return { device, tf: await device.open(loader), version: packages[0]!.version!, passedOver };
    } catch (error) {
      const [line] = String((error as Error)?.message ?? error).split("\n");
      const problem = `${packageOf(device)} is installed and does not load: ${line!.trim().replace(/[.:]$/, "")}`;
      return { reason: adviceOn(device, problem) };
    }
  }
  const command = `npm install ${core} @tensorflow/tfjs-backend-wasm`;
  return { reason: adviceOn(tensorDevices[0]!, `TensorFlow.js is not installed (${command})`) };
}

/** Version of a package; undefined where it is not installed. A package whose other files are missing counts as installed. */
function versionOf(loader: PackageLoader, name: string): string | undefined {
  try {
    return (loader.load(`${name}/package.json`) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/** The package of the device itself. */
function packageOf({ packages }: TensorDevice): string {
  return packages[0]!;
}

function isSupported(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 4 && minor! >= 22;
}

/** The problem, the supported versions and the alternatives, in one line. */
function adviceOn(device: TensorDevice, problem: string): string {
  const others = tensorDevices
    .filter((other) => other !== device)
    .map((other) => `${packageOf(other)} (LAWFIT_TFJS=${other.name})`);
  return (
    `${problem}; lawfit takes ${packageOf(device)} ${supportedVersions}; ` +
    `or one of ${others.join(", ")}; or another backend: --backend cpu`
  );
}
