/** Stands for the columns of the design choices that were compared: those that vary in the rows are shown. */
export const AXES = "AXES";
/** Stands for the columns that hold the share of a training source. */
export const SHARES = "mix.*";

/** Columns of verdicts, with the word for a row whose numbers can be taken as they are. They are shown where a row has another. */
export const VERDICTS: Readonly<Record<string, string>> = { determined: "yes", status: "ok" };

/** Columns that are compared with each other, and the columns that tell how well their values are known. */
interface KnownTo {
  columns: readonly string[];
  /** The ends of an interval. */
  by: readonly [lower: string, upper: string];
}

/** What people are shown of a wide table. */
interface Shown {
  /** Names of the columns, in order; those without any value are left out. */
  columns: readonly string[];
  known?: readonly KnownTo[];
}

/** Values with an interval of their own, whose ends have the name of the first value before them or, where `prefix` is empty, none. */
const interval = (prefix: string, ...values: string[]): KnownTo => {
  const ends = [`${prefix}lower`, `${prefix}upper`] as const;
  return { columns: [...values, ...ends], by: ends };
};

const BACKTESTS: Shown = {
  columns: [
    ...["task", "target", AXES, "cut", "ratio", "predicted", "actual", "abs_rel_error", "purpose"],
    ...["interval", "lower", "upper", "hit", "determined", "status"],
  ],
  known: [interval("", "predicted", "actual")],
};

/**
 * The columns that `lawfit show` prints of each result table that has more than fit on a screen, unless it is asked for
 * others. They are not said beside the columns themselves, whose code is that of methods and analyses: to show a table takes no time
 * to load it. A table that is not named here is shown whole. Table `predictions` is shown as at the end of a sweep.
 */
export const SHOWN: Readonly<Record<string, Shown>> = {
  cells: { columns: ["cell", "method", "task", AXES] },
  searched_laws: {
    columns: [
      ...[
        "task",
        "rank",
        "form",
        "parameters",
        "complexity",
        "rollout_error",
        "rollout_lower",
        "rollout_upper",
      ],
      ...["p_better", "drift", "weight", "test_r_squared"],
    ],
    known: [interval("rollout_", "rollout_error")],
  },
  fits: {
    columns: [
      ...["task", "stage", "subject", "form", "points", "r_squared", "mean_abs_rel_error"],
      ...["start_agreement", "condition_number", "active_bounds"],
    ],
  },
  parameters: {
    columns: [
      ...["task", "stage", "subject", "form", "parameter", "value", "at_bound"],
      ...["quantity", "estimate", "standard_error", "interval_lower", "interval_upper", "prior"],
    ],
  },
  points: {
    columns: [
      ...["task", "stage", "subject", "run", "variables", "variable_1", "variable_2", "response", "fitted"],
    ],
  },
  laws: {
    columns: ["task", AXES, "equation", "doubtful", "test_rows", "test_r_squared", "test_mean_abs_rel_error"],
  },
  identifiability: {
    columns: [
      ...["task", "stage", "subject", "parameter", "value", "standing", "run_standard_error"],
      ...["profile_lower", "profile_upper"],
    ],
    known: [interval("profile_", "value")],
  },
  translations: {
    columns: ["task", AXES, "stage", "from_loss", "to_loss", "kappa", "K", "E0", "E1", "r_squared"],
  },
  relations: {
    columns: [
      ...[AXES, "translations", "median_r_squared", "predictions", "mean_abs_rel_error"],
      ...["law_mean_abs_rel_error", "better"],
    ],
  },
  derived: {
    columns: [
      ...["task", "stage", "quantity", "target", "value", "standard_error"],
      ...["level", "lower", "upper", "interval", "status"],
    ],
  },
  compute_optimal: {
    columns: [
      ...["task", "stage", "subject", "target", "exponent", "c"],
      ...["n", "n_lower", "n_upper", "d", "loss", "loss_lower", "loss_upper"],
    ],
    known: [interval("exponent_", "exponent"), interval("n_", "n"), interval("loss_", "loss")],
  },
  configurations: {
    columns: [
      ...["rank", "predicts", AXES, "predictions", "mean_abs_rel_error", "max_abs_rel_error"],
      ...["worst_task", "worst_target"],
    ],
  },
  choices: {
    columns: [
      ...["axis", "value", "predictions", "mean_abs_rel_error", "reference", "diff_abs_rel_error"],
      ...["wins", "losses", "ties"],
    ],
  },
  axis_importance: {
    columns: [
      ...["rank", "axis", "values", "mean_range_abs_rel_error", "max_range_abs_rel_error", "idle"],
      ...["reference", "best", "best_diff_abs_rel_error"],
    ],
  },
  curves: {
    columns: [
      ...["task", "target", AXES, "runs_used", "largest_n", "total_c", "abs_rel_error"],
      ...["feature_abs_rel_error", "link_abs_rel_error"],
    ],
  },
  curve_means: {
    columns: [
      ...["target", AXES, "runs_used", "largest_n", "total_c", "tasks", "mean_abs_rel_error"],
      ...["mean_feature_abs_rel_error", "mean_link_abs_rel_error"],
    ],
  },
  intervals: {
    columns: [
      ...["task", "target", AXES, "quantity", "purpose", "interval", "level", "estimate", "lower", "upper"],
      ...["actual", "backtest_rate", "determined", "status"],
    ],
    known: [interval("", "estimate", "actual")],
  },
  bootstrap: {
    columns: [
      ...["task", "stage", "subject", "form", "scheme", "drawn_runs", "points", "resamples", "degenerate"],
      "skipped",
    ],
  },
  comparisons: {
    columns: [
      AXES,
      "task",
      "target",
      "predictions",
      "diff_abs_rel_error",
      "level",
      "lower",
      "upper",
      "win_rate",
    ],
    known: [interval("", "diff_abs_rel_error")],
  },
  selection: {
    columns: ["task", "target", AXES, "predicted", "actual", "level", "lower", "upper", "chosen_again"],
    known: [interval("", "predicted", "actual")],
  },
  backtests: BACKTESTS,
  leave_largest_out: BACKTESTS,
  backtest_rates: {
    columns: [
      ...[AXES, "purpose", "interval", "level", "ratio", "predictions", "mean_abs_rel_error", "rate"],
      ...["rate_lower", "rate_upper"],
    ],
    known: [interval("rate_", "rate")],
  },
  predictability: {
    columns: [
      ...["task", "verdict", "signal_to_noise", "above_chance", "roll_outs", "roll_out_error"],
      ...["naive_error", "skill", "reason"],
    ],
  },
  choice_effects: {
    columns: [
      ...["axis", "value", "reference", "verdict", "pairs", "runs", "mean_abs_rel_error"],
      ...["reference_abs_rel_error", "shift", "level", "lower_all", "upper_all", "wins"],
    ],
    known: [{ columns: ["shift", "lower_all", "upper_all"], by: ["lower_all", "upper_all"] }],
  },
  mixtures: {
    columns: [
      ...["task", "target", AXES, "varied", SHARES, "predicted", "level", "lower", "upper"],
      ...["determined", "status"],
    ],
    known: [interval("", "predicted")],
  },
  mixture_optima: {
    columns: [
      ...["task", "target", AXES, SHARES, "predicted", "baseline_predicted", "level", "gain", "gain_lower"],
      ...["gain_upper", "better", "determined", "status"],
    ],
    known: [interval("gain_", "gain")],
  },
  ranking: {
    columns: [
      ...["task", "target", AXES, "rank", "candidates", "predicted", "level", "lower", "upper", "first"],
      ...["actual", "actual_rank", "determined"],
    ],
    known: [interval("", "predicted", "actual")],
  },
  isoflop: {
    columns: [
      ...["family", "subject", "interpolation", "window", "c", "sizes", "level", "n", "n_lower", "n_upper"],
      ...["d", "loss", "status"],
    ],
    known: [interval("n_", "n"), interval("d_", "d")],
  },
  plans: {
    columns: [
      ...["task", AXES, "budget", "n", "n_lower", "n_upper", "d", "predicted_loss", "predicted_loss_lower"],
      ...["predicted_loss_upper", "predicted_score", "extrapolation", "status"],
    ],
    known: [interval("n_", "n"), interval("predicted_loss_", "predicted_loss")],
  },
  candidates: {
    columns: [
      ...["task", AXES, "candidate", "cost", "rank", "shrinkage", "shrinkage_refitted", "batch"],
      ...["batch_shrinkage", "target", "status"],
    ],
  },
  recipes: {
    columns: [
      ...["response", AXES, "recipe", "target", "predicted", "lower", "upper", "rank", "rank_lower"],
      ...["rank_upper", "best_probability", "regret", "compute_multiplier", "status"],
    ],
    known: [interval("", "predicted")],
  },
  recipe_decisions: {
    columns: [
      ...["response", AXES, "cut", "top", "runs", "method", "pairs", "right", "accuracy", "regret", "error"],
    ],
  },
  recipe_pairs: {
    columns: [
      ...[
        "response",
        AXES,
        "target",
        "better",
        "other",
        "difference",
        "difference_lower",
        "difference_upper",
      ],
      ...["probability", "crossing", "crossing_lower", "crossing_upper", "decision_cost"],
    ],
    known: [interval("difference_", "difference"), interval("crossing_", "crossing")],
  },
  isoflop_laws: {
    columns: [
      ...["family", "subject", "interpolation", "window", "quantity", "exponent", "level", "exponent_lower"],
      ...["exponent_upper", "coefficient", "budgets", "r_squared", "status"],
    ],
    known: [interval("exponent_", "exponent")],
  },
};
