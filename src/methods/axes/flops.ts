import { approximateFlops } from "../../tables/checkpoint-table.ts";
import { defineAxis } from "../axis.ts";
import { oneOf } from "../axis-values.ts";
import type { Size } from "../size.ts";

export const flops = defineAxis<{ flops(size: Size): number }, "table" | "6nd">({
  name: "flops",
  description: "compute of fit runs and targets: column c of the table, or 6*n*d (Kaplan et al., 2020)",
  values: oneOf("table", "6nd"),
  default: "table",
  apply(recipe, value) {
    recipe.flops = value === "table" ? ({ c }) => c : ({ n, d }) => approximateFlops(n, d);
  },
});
