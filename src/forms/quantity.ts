import type { FormParameter } from "./form.ts";

/** The name of what a parameter is the logarithm of, as its description says: `logarithm of A, the scale`. */
export function quantityOf(name: string, { logarithm, description = "" }: FormParameter): string {
  if (!logarithm) return name;
  return /^logarithm of ([A-Z]\w*)(?=,|;|$)/.exec(description)?.[1] ?? `exp(${name})`;
}
