import type { DeviceFacts } from "./devices.ts";
import type { Driver } from "./driver.ts";
import { DeviceSession, type Slot, slotsPerDevice } from "./session.ts";

/** Milliseconds without news of the devices after which they are asked every millisecond instead of at every turn of the event loop. */
const eagerFor = 0.5;

/** Work that is queued on a device. */
interface Flight {
  session: DeviceSession;
  slot: Slot;
  /** Called when it is done. */
  finish(): void;
  /** Called when it has failed. */
  fail(error: unknown): void;
}

/** A free slot of a device that is open. */
export interface FreeSlot {
  session: DeviceSession;
  slot: Slot;
}

/** A device: open, not yet, or given up. */
interface Device {
  facts: DeviceFacts;
  session: DeviceSession | undefined;
  isLost: boolean;
}

interface DevicePoolOptions {
  driver: Driver;
  devices: readonly DeviceFacts[];
  onWarning: (line: string) => void;
  /** Called when a slot has become free, or a device has been given up. */
  onChange: () => void;
}

/**
 * The devices and the work that is queued on them. A device is opened when there is work and no open device is idle; it is polled
 * until its work is done, and given up where it fails.
 */
export class DevicePool {
  readonly #driver: Driver;
  readonly #devices: readonly Device[];
  readonly #onWarning: (line: string) => void;
  readonly #onChange: () => void;
  readonly #flights = new Set<Flight>();
  #isWatching = false;
  #isClosed = false;
  #lastNews = 0;
  /** Devices that have been opened. */
  opened = 0;
  /** Devices that have been given up. */
  lost = 0;

  constructor({ driver, devices, onWarning, onChange }: DevicePoolOptions) {
    this.#driver = driver;
    this.#devices = devices.map((facts) => ({ facts, session: undefined, isLost: false }));
    this.#onWarning = onWarning;
    this.#onChange = onChange;
  }

  /** Whether every device has been given up. */
  get isEmpty(): boolean {
    return this.#devices.every(({ isLost }) => isLost);
  }

  /** Batches that could be queued now; at least 1. */
  get room(): number {
    const alive = this.#devices.filter(({ isLost }) => !isLost).length;
    return Math.max(1, alive * slotsPerDevice - this.#flights.size);
  }

  /**
   * A free slot: on an idle device, else on one that is not open yet (opening takes a tenth of a second and some of its memory), else
   * beside another batch; undefined where none is free.
   */
  freeSlot(): FreeSlot | undefined {
    const free = this.#devices.flatMap(({ session }) => {
      if (!session) return [];
      const taken = [...this.#flights].filter((flight) => flight.session === session);
      const slot = session.slots.find((candidate) => taken.every((flight) => flight.slot !== candidate));
      return slot ? [{ session, slot, taken: taken.length }] : [];
    });
    const idle = free.find(({ taken }) => taken === 0);
    if (idle) return idle;
    for (const device of this.#devices) {
      if (device.session || device.isLost) continue;
      try {
        device.session = new DeviceSession(this.#driver, device.facts);
        ++this.opened;
        return { session: device.session, slot: device.session.slots[0]! };
      } catch (error) {
        this.#giveUp(device, error);
      }
    }
    return free[0];
  }

  /** Watches work that has been queued until it is done or has failed. */
  watch(flight: Flight): void {
    this.#flights.add(flight);
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#lastNews = performance.now();
    setImmediate(() => this.#look());
  }

  /** Gives a device up that failed: all that is queued on it fails. */
  lose(session: DeviceSession, error: unknown): void {
    const device = this.#devices.find((candidate) => candidate.session === session);
    if (device) this.#giveUp(device, error);
  }

  /** Closes all devices; what is queued on them is neither finished nor failed. */
  close(): void {
    this.#isClosed = true;
    this.#flights.clear();
    for (const device of this.#devices) {
      device.session?.close();
      device.session = undefined;
    }
  }

  #giveUp(device: Device, error: unknown): void {
    const { session, facts } = device;
    device.isLost = true;
    device.session = undefined;
    ++this.lost;
    const message = error instanceof Error ? error.message : String(error);
    this.#onWarning(
      `GPU ${facts.ordinal} (${facts.name}) is no longer used: ${message}; ` +
        `its unfinished problems are solved on ${this.isEmpty ? "the cpu" : "the other GPUs"}`,
    );
    if (session) {
      for (const flight of [...this.#flights]) {
        if (flight.session !== session) continue;
        this.#flights.delete(flight);
        flight.fail(error);
      }
      session.close();
    }
    this.#onChange();
  }

  /** Asks the devices which flights are done. */
  #look(): void {
    if (this.#isClosed) return;
    for (const flight of [...this.#flights]) {
      // A device that was lost in this round has failed its flights already.
      if (!this.#flights.has(flight)) continue;
      try {
        if (!flight.session.isDone(flight.slot)) continue;
        this.#flights.delete(flight);
        flight.finish();
      } catch (error) {
        this.#flights.delete(flight);
        flight.fail(error);
      }
      this.#lastNews = performance.now();
      this.#onChange();
    }
    if (this.#flights.size === 0) {
      this.#isWatching = false;
      return;
    }
    if (performance.now() - this.#lastNews < eagerFor) setImmediate(() => this.#look());
    else setTimeout(() => this.#look(), 1);
  }
}
