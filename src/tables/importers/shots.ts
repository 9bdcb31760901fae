import { getOrInsert } from "../../collections.ts";
import type { ImportLog } from "./import-log.ts";
import { someOf } from "./import-log.ts";
import type { Measurement } from "./measurements.ts";

/** Numbers of examples in the prompt that tasks were asked with: scores of several are not comparable. */
export class Shots {
  /** By subject, by number of examples. */
  readonly #measurements = new Map<string, Map<number, Measurement[]>>();

  add(measurement: Measurement, shots: number): void {
    const ofSubject = getOrInsert(this.#measurements, measurement.subject, () => new Map());
    getOrInsert(ofSubject, shots, () => []).push(measurement);
  }

  /** Makes a task that was asked with several numbers of examples as many subjects, and says so. */
  separate(log: ImportLog): void {
    const several = [...this.#measurements].filter(([, numbers]) => numbers.size > 1);
    for (const [subject, numbers] of several) {
      for (const [shots, measurements] of numbers) {
        for (const measurement of measurements) measurement.subject = `${subject}_${shots}shot`;
      }
    }
    if (several.length === 0) return;
    const names = someOf(several.map(([subject]) => subject));
    log.note(`asked with several numbers of examples in the prompt, each a subject of its own: ${names}`);
  }
}
