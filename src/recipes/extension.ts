import type { Extension } from "../extension.ts";
import { formatRecipes } from "./summary.ts";

/** What recipes that are compared add to a run: their tables, and their text and figure. */
export const recipes: Extension = {
  tables: {
    recipes:
      "recipe and target: what is predicted, its rank and what it is worth in compute; `lawfit compare-recipes`",
    recipe_pairs:
      "pair of recipes and target: which is better, and how sure that is; `lawfit compare-recipes`",
    recipe_decisions:
      "cut and way of deciding: how many pairs of recipes are ordered as at the largest runs; `lawfit compare-recipes`",
  },
  summary: ({ recipes: table, recipe_pairs, recipe_decisions }, axes) =>
    table === undefined || recipe_pairs === undefined || recipe_decisions === undefined
      ? ""
      : formatRecipes({ recipes: table, recipe_pairs, recipe_decisions }, axes),
  async figures() {
    const { recipesFigure } = await import("./figure.ts");
    return [recipesFigure];
  },
};
