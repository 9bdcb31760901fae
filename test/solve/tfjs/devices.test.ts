import { expect, test } from "vitest";
import { openDevice, type PackageLoader } from "../../../src/solve/tfjs/devices.ts";

const gpu = "@tensorflow/tfjs-node-gpu";
const node = "@tensorflow/tfjs-node";
const wasm = "@tensorflow/tfjs-backend-wasm";
const core = "@tensorflow/tfjs-core";

/** TensorFlow.js as far as opening a device goes. */
const working = { enableProdMode: () => {}, setBackend: async () => true };

/** Only these packages are installed, of one version; one that is an error does not load. */
function installed(packages: Readonly<Record<string, unknown>>, version = "4.22.0"): PackageLoader {
  return {
    resolve: (name) => `/packages/${name}/index.js`,
    load(name) {
      const owner = name.replace("/package.json", "");
      if (!(owner in packages)) throw new Error(`Cannot find module '${name}'`);
      if (owner !== name) return { version };
      const content = packages[name];
      if (content instanceof Error) throw content;
      return content;
    },
  };
}

const noBinding = new Error(
  "The Node.js native addon module (tfjs_binding.node) can not be found at path: /x. \nPlease run command 'npm rebuild'",
);

test.each([
  [
    "the GPU's package goes before all",
    { [gpu]: working, [node]: working, [wasm]: {}, [core]: working },
    gpu,
    [],
  ],
  [
    "then the processor's",
    { [node]: working, [wasm]: {}, [core]: working },
    node,
    [`node-gpu: ${gpu} is not installed`],
  ],
  [
    "then WebAssembly",
    { [wasm]: {}, [core]: working },
    wasm,
    [`node-gpu: ${gpu} is not installed`, `node: ${node} is not installed`],
  ],
])("%s", async (_, packages, taken, passedOver) => {
  expect(await openDevice("", installed(packages))).toMatchObject({
    device: { packages: expect.arrayContaining([taken]) },
    version: "4.22.0",
    passedOver,
  });
});

test("WebAssembly without tfjs-core is passed over, with that reason", async () => {
  const opened = await openDevice("", installed({ [wasm]: {}, "@tensorflow/tfjs-backend-cpu": {} }));
  expect(opened).toHaveProperty("reason", expect.stringContaining("TensorFlow.js is not installed"));
});

/** What every refusal says, in one line: what is supported, and what else there is. */
const advice =
  /^[^\n]*; lawfit takes (@tensorflow\/\S+) 4\.22 or a later 4\.x; or one of .*LAWFIT_TFJS=wasm.*--backend cpu$/;

test.each([
  [
    "nothing is installed",
    installed({}),
    "",
    /^TensorFlow\.js is not installed \(npm install @tensorflow\/tfjs-core /,
  ],
  [
    "its native module is absent",
    installed({ [gpu]: noBinding, [wasm]: {}, [core]: working }),
    "",
    /^@tensorflow\/tfjs-node-gpu is installed and does not load: The Node\.js native addon module \(tfjs_binding\.node\) can not be found/,
  ],
  [
    "the one named is missing",
    installed({ [node]: working }),
    "node-gpu",
    /^@tensorflow\/tfjs-node-gpu is not installed; /,
  ],
  [
    "it is too old",
    installed({ [gpu]: working }, "3.21.1"),
    "",
    /^@tensorflow\/tfjs-node-gpu is of version 3\.21\.1; /,
  ],
  [
    "it is too new",
    installed({ [gpu]: working }, "5.0.0"),
    "",
    /^@tensorflow\/tfjs-node-gpu is of version 5\.0\.0; /,
  ],
])("%s: one line says so, what is supported and what else there is", async (_, loader, wanted, message) => {
  const opened = await openDevice(wanted, loader);
  if (!("reason" in opened)) throw new Error("it opened");
  expect(opened.reason).toMatch(message);
  expect(opened.reason).toMatch(advice);
});

test("an unknown device is refused with the allowed ones", async () => {
  expect(await openDevice("webgl", installed({}))).toEqual({
    reason: 'LAWFIT_TFJS names the device "webgl"; allowed: node-gpu, node, wasm, cpu',
  });
});
