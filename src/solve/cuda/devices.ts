import type { Driver } from "./driver.ts";
import { formatBytes } from "./errors.ts";

/** Properties of a GPU, as the driver reports them. */
export interface DeviceFacts {
  ordinal: number;
  /** The driver's handle (CUdevice). */
  device: number;
  name: string;
  /** Total memory, bytes. */
  memory: number;
  multiprocessors: number;
  /** Compute capability, e.g. 9.0. */
  capability: { major: number; minor: number };
  /** Shared memory of a block, bytes: by default, and at most, with a kernel's attribute set. */
  sharedPerBlock: number;
  sharedPerBlockOptIn: number;
  sharedPerMultiprocessor: number;
}

/** All GPUs that the driver sees (CUDA_VISIBLE_DEVICES applies). No context is created, so it is quick and takes no memory. */
export function queryDevices(driver: Driver): DeviceFacts[] {
  return Array.from({ length: driver.deviceCount() }, (_, ordinal) => {
    const device = driver.device(ordinal);
    return {
      ordinal,
      device,
      name: driver.deviceName(device),
      memory: driver.deviceMemory(device),
      multiprocessors: driver.deviceAttribute(device, "multiprocessors"),
      capability: {
        major: driver.deviceAttribute(device, "capabilityMajor"),
        minor: driver.deviceAttribute(device, "capabilityMinor"),
      },
      sharedPerBlock: driver.deviceAttribute(device, "sharedPerBlock"),
      sharedPerBlockOptIn: driver.deviceAttribute(device, "sharedPerBlockOptIn"),
      sharedPerMultiprocessor: driver.deviceAttribute(device, "sharedPerMultiprocessor"),
    };
  });
}

/** A line for people, e.g. "2 x NVIDIA H200 (132 multiprocessors, 140.4 GB, sm_90)". */
export function describeDevices(devices: readonly DeviceFacts[]): string {
  const counts = new Map<string, number>();
  for (const { name, multiprocessors, memory, capability } of devices) {
    const text = `${name} (${multiprocessors} multiprocessors, ${formatBytes(memory)}, sm_${capability.major}${capability.minor})`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (count > 1 ? `${count} x ${text}` : text)).join(", ");
}
