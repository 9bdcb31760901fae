import { readFileSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take long however short they are: those on real data, and those that have a compiler make kernels. */
const takesLong = /\b(sharedData|writeOlmoLadder|hasNvcc|noStandIn)\b/;

/** Begins with the files that take long, so that no worker is left with one of them at the end while the others have nothing to do. */
export default class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // The files of a project stay together: its workers have its modules loaded.
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    const order = new Map(
      sorted.map((file) => {
        const isLong = takesLong.test(readFileSync(file.moduleId, "utf8"));
        return [file, 2 * projects.indexOf(file.project.name) + (isLong ? 0 : 1)];
      }),
    );
    return sorted.toSorted((a, b) => order.get(a)! - order.get(b)!);
  }
}
