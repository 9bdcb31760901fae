import { type OpenedDevice, openDevice } from "../../../src/solve/tfjs/devices.ts";

/** A device of the packages that lawfit is developed with. */
export async function deviceNamed(name: "wasm" | "cpu"): Promise<OpenedDevice> {
  const opened = await openDevice(name);
  if ("reason" in opened) throw new Error(opened.reason);
  return opened;
}
