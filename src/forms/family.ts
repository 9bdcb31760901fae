import type { FormRecord } from "./form.ts";

/** Forms that differ in how many inputs they take: one record makes them all. */
export interface FormFamily {
  /** Name of its forms up to their sizes: `mix-m4` of `mix-m4-2`. */
  name: string;
  /** What each size counts, in the order of the name: `sources`. */
  sizes: readonly SizeOfFamily[];
  /** Sizes of the members that are built in: compiled with the package, documented, tested on every backend. */
  builtIn: readonly (readonly number[])[];
  /** The member of those sizes. */
  make(...sizes: number[]): FormRecord;
}

/** One size in the names of a family's forms. */
export interface SizeOfFamily {
  counts: string;
  least: number;
  most: number;
}

/** Name of a member. */
export function memberName({ name }: Pick<FormFamily, "name">, sizes: readonly number[]): string {
  return [name, ...sizes].join("-");
}

/** The member of a name; undefined for a name that is no member's. */
export function memberOf(family: FormFamily, name: string): FormRecord | undefined {
  const prefix = `${family.name}-`;
  if (!name.startsWith(prefix)) return undefined;
  const texts = name.slice(prefix.length).split("-");
  if (texts.length !== family.sizes.length || !texts.every((text) => /^[1-9]\d*$/.test(text)))
    return undefined;
  const sizes = texts.map(Number);
  const isWithin = family.sizes.every(({ least, most }, i) => sizes[i]! >= least && sizes[i]! <= most);
  return isWithin ? family.make(...sizes) : undefined;
}

/** The names of a family in words: `mix-m4-<sources: 1 to 64>`. */
export function describeNames({ name, sizes }: FormFamily): string {
  return [name, ...sizes.map(({ counts, least, most }) => `<${counts}: ${least} to ${most}>`)].join("-");
}

/** 1, 2, ... up to a number. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
