import { availableParallelism, cpus, totalmem } from "node:os";
import { version } from "../../dist/index.js";
import { run } from "./command.mjs";

const facts = ["name", "driver_version", "memory.total", "compute_cap", "clocks.max.sm", "power.limit"];

/** What the numbers were measured on: GPUs as nvidia-smi says, multiprocessors as the driver does, processor, Node. */
export async function machine() {
  const smi = await run("nvidia-smi", [`--query-gpu=${facts.join(",")}`, "--format=csv,noheader,nounits"]);
  const gpus =
    smi.code === 0
      ? smi.output
          .trim()
          .split("\n")
          .map((line) => Object.fromEntries(line.split(",").map((value, i) => [facts[i], value.trim()])))
      : [];
  const devices = await driverDevices();
  const result = {
    lawfit: version,
    gpus: gpus.map((gpu, i) => ({ ...gpu, multiprocessors: devices[i]?.multiprocessors ?? null })),
    processor: cpus()[0]?.model.trim() ?? process.arch,
    cores: availableParallelism(),
    memory: totalmem(),
    node: process.version,
  };
  for (const gpu of result.gpus) console.log(Object.values(gpu).join(", "));
  console.log(`${result.processor}, ${result.cores} cores, Node ${result.node}`);
  return { result, wrong: gpus.length === 0 ? [`nvidia-smi: ${smi.reason ?? smi.output.trim()}`] : [] };
}

async function driverDevices() {
  try {
    const { Driver } = await import("../../dist/solve/cuda/driver.js");
    const { queryDevices } = await import("../../dist/solve/cuda/devices.js");
    const driver = Driver.open();
    return "reason" in driver ? [] : queryDevices(driver);
  } catch {
    return []; // the step after this says what is wrong with the driver
  }
}
