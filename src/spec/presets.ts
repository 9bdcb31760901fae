import { entryOf } from "../errors.ts";
import { OWN_CORPUS } from "../tables/importers/loss-to-loss.ts";
import type { SweepSpec } from "./spec.ts";

/** How Bhagia et al. (2024) treat cross-entropy over all choices (section 6.2, appendix C.2, equations 7 and 8). */
export const CROSS_ENTROPY = {
  feature: "ce",
  link: "log-sigmoid",
  final_window: 1,
  drop_early: 0.5,
  smoothing_window: 1,
  anchor: false,
} as const;

const flp: Preset = {
  name: "flp",
  description: "the main method of Chen et al. (2025): compute to pre-training loss, loss to score",
  // The paper rounds nats.
  spec: { method: "flp", axes: { improvement_unit: "table" } },
};

/** FLP, what it is compared with, and which checkpoints its second step is fitted on. */
const flpAblations: Preset = {
  name: "flp-ablations",
  description:
    "FLP and its baselines in Chen et al. (2025): figures 2, 3 and 11 to 13, and which checkpoints are kept",
  spec: {
    method: "flp",
    // The paper rounds nats.
    axes: [
      {},
      // Section 3.3 (FP) and appendix C: the score straight from compute.
      { feature: "none", direct: ["compute-power-law", "compute-log-score", "compute-negative-log-score"] },
      // Appendix D: Llama-3's route over the likelihood of the answer, on every checkpoint.
      {
        feature: "loss",
        law: ["power-law", "power-law-offset"],
        link: "sigmoid",
        improvement: "none",
        emerged: false,
      },
      // A sigmoid in place of the line.
      { link: "sigmoid" },
      // Appendix B: the checkpoints of a smaller target.
      { stage2_runs: "siblings" },
      // Section 3.3: which checkpoints are kept.
      { improvement: "none" },
      { improvement_decimals: [1, 3] },
      { emerged: false },
      { margin: [0, 0.1] },
      { neighbours: 1 },
    ].map((choices) => ({ ...choices, improvement_unit: "table" })),
  },
};

const flpM: Preset = {
  name: "flp-m",
  description:
    "FLP-M of Chen et al. (2025): FLOPs of each data source to domain losses, a network of those to score",
  spec: { method: "flp-m", axes: { improvement_unit: "table" } },
};

const MIXTURE_LAWS = ["m1", "m2", "m3", "m4"];

/** What the paper varies in FLP-M, both stages crossed, and what it leaves open, one thing at a time. */
const flpMAblations: Preset = {
  name: "flp-m-ablations",
  description:
    "the laws and links of FLP-M in Chen et al. (2025): tables 3 and 4, figures 7 and 8, and how zero shares count",
  spec: {
    method: "flp-m",
    // The paper rounds nats.
    axes: [
      // Figure 8 and table 4 under each law of table 3; link average is FLP on mixtures (section 5.3).
      { link: ["network", "network-least-squares", "linear", "average", "flops"], law: MIXTURE_LAWS },
      // Table 4's automated search of forms.
      { link: "search" },
      // Table 3 and figure 7: the losses of the domains themselves.
      { link: "none", law: MIXTURE_LAWS },
      // What a source with share 0 counts as.
      { zero_share: "overlap", share_floor: [0.001, 0.1] },
      { zero_share: "floor", share_floor: [0.001, 0.01] },
      { zero_share: "drop" },
      // How a checkpoint is judged to beat chance.
      { neighbours: 1 },
      // The network.
      { network_inputs: "raw" },
      { network_response: "share" },
      { weight_decay: 0 },
      { hidden: [1, 2, 5] },
    ].map((choices) => ({ ...choices, improvement_unit: "table" })),
  },
};

/**
 * What is known of a ladder's parameters before its runs: means and standard deviations over ten tasks of the OLMo ladder (Bhagia et al., 2024). Of the exponents by a random-effects
 * model of the fits of its 16 runs; of the link's best score by its fits to the runs and to the two targets, in place of an anchor at loss 0 and score 1.
 */
export const LADDER_PRIORS = {
  priors1: "log(alpha)=-0.77+-0.41, log(beta)=-1.27+-0.38",
  priors2: "b=0.93+-0.09",
  anchor: false,
} as const;

const ladder: Preset = {
  name: "ladder",
  description: "the main method of Bhagia et al. (2024): size and tokens to task loss, loss to accuracy",
  spec: { method: "ladder" },
};

/** Numbers of runs, by FLOPs from the least, up to the 16 of the paper. */
const FIRST_RUNS = Array.from({ length: 16 }, (_, i) => `flops_rank <= ${i + 1}`);

/** What the paper varies, one thing at a time against its main method. */
const ladderBayes: Preset = {
  name: "ladder-bayes",
  description: "the ladder with priors learnt from ten tasks of the OLMo ladder, and draws of its posterior",
  spec: {
    method: "ladder",
    axes: LADDER_PRIORS,
    bootstrap: { scheme: "parametric", intervals: ["posterior"] },
  },
};
export const ladderAblations: Preset = {
  name: "ladder-ablations",
  description: "every variant of Bhagia et al. (2024): what its tables 4 to 8 and figures 2 to 16 show",
  spec: {
    method: "ladder",
    axes: [
      // The main method (section 3); the single step (section 6.4) and a general loss (section 6.3) beside it.
      { feature: ["loss", "none", "loss@c4", "loss@domains"] },
      // Section 6.1: compute in place of parameters and tokens.
      { input: "c", flops: ["table", "6nd"] },
      // Section 6.2 and appendix C.2: cross-entropy over all choices, with a treatment of its own.
      CROSS_ENTROPY,
      // Appendix B.2: multiple choice. The bounds are those for four choices.
      { format: "mc", drop_early: 0, bounds2: "a=-0.75..-0.749, b=0.999..1" },
      // Figures 6, 7 and 8: fewer runs, by FLOPs, by size and by tokens for a parameter.
      {
        runs: [
          ...FIRST_RUNS,
          "n_rank <= 1",
          "n_rank <= 2",
          "n_rank <= 3",
          "n_rank <= 4",
          "xc <= 1",
          "xc <= 2",
          "xc <= 5",
          "xc <= 10",
        ],
      },
    ],
  },
};

/** The design choices of the ladder, truly one at a time: each list varies one axis, beside what it needs to have an effect at all. */
const ladderChoices: Preset = {
  name: "ladder-choices",
  description: "17 design choices of the ladder, each alone beside the defaults, for lawfit choices",
  spec: {
    method: "ladder",
    axes: [
      { input: ["n_d", "c"] },
      { input: "c", flops: ["table", "6nd"] },
      { law: ["input", "kaplan", "kaplan-offset"] },
      { runs: ["all", "xc <= 5", "n_rank > 1"] },
      { feature: ["loss", "ce", "loss@domains", "none"] },
      { link: ["sigmoid", "log-sigmoid", "linear"] },
      { final_window: [5, 1, 10] },
      { drop_early: [0.1, 0, 0.5] },
      { smoothing_window: [5, 1] },
      { smoothing_order: ["drop-first", "smooth-first"] },
      { anchor: [true, false] },
      { residual1: ["log", "plain", "relative"] },
      { residual2: ["plain", "relative"] },
      { loss1: ["huber", "squared"] },
      { delta1: [1e-3, 1e-2] },
      { loss2: ["squared", "huber"] },
      { loss2: "huber", delta2: [1e-3, 1e-2] },
    ],
  },
};

const INPUTS = ["n_d", "c"];
const FEATURES = ["loss", "ce", "loss@c4", "loss@domains"];
const LINKS = ["sigmoid", "log-sigmoid", "linear"];
const WINDOWS = [1, 5, 10];

/**
 * The design choices of the ladder. Those that each other's effect depends on are crossed in full, 864
 * configurations; the others are crossed with input and feature alone, and a choice that is idle beside another is
 * not varied with it.
 */
const ladderMatrix: Preset = {
  name: "ladder-matrix",
  description: "the design choices of the ladder crossed, about 950 configurations a task",
  spec: {
    method: "ladder",
    axes: [
      {
        input: INPUTS,
        feature: FEATURES,
        link: LINKS,
        final_window: WINDOWS,
        drop_early: [0, 0.1, 0.5],
        smoothing_window: [1, 5],
        anchor: [true, false],
      },
      { input: INPUTS, feature: "none", final_window: WINDOWS, loss1: ["huber", "squared"] },
      { input: "c", flops: "6nd", feature: [...FEATURES, "none"] },
      { input: INPUTS, feature: FEATURES, loss1: ["huber", "squared"], loss2: ["squared", "huber"] },
      { feature: FEATURES, drop_early: [0.1, 0.5], smoothing_order: ["drop-first", "smooth-first"] },
      { input: INPUTS, feature: [...FEATURES, "none"], runs: ["n_rank <= 3", "xc <= 5", "flops_rank <= 12"] },
      { input: INPUTS, feature: ["loss", "ce"], format: "mc", link: LINKS, drop_early: [0, 0.1] },
    ],
  },
};

/** Laws of step 1 in place of the paper's, each under the links, and what a choice of runs and of residuals does to them. */
const ladderLaws: Preset = {
  name: "ladder-laws",
  description:
    "the ladder with other laws of step 1 and other links, with runs and residuals of step 1 and step 2 that differ",
  spec: {
    method: "ladder",
    axes: [
      // Hoffmann et al. (2022), Kaplan et al. (2020), the latter with an offset, and a term for the ratio of sizes to tokens.
      {
        law: ["chinchilla", "kaplan", "kaplan-offset", "E + A/N^alpha + B/D^beta + G*(N/D)^g"],
        link: LINKS,
      },
      { residual1: ["log", "plain", "relative"], residual2: ["plain", "relative"] },
      { runs1: ["runs", "n_rank > 1", "xc <= 5"], runs2: ["runs", "n_rank > 1"] },
    ],
  },
};

/** Tables 6 to 8 and what table 1 compares, over all corpora and tasks. */
const lossToLoss: Preset = {
  name: "loss-to-loss",
  description:
    "the shifted power laws of Brandfonbrener et al. (2024) between all pairs of corpora, and the scaling laws beside them",
  spec: {
    method: "loss-to-loss",
    axes: { relation: ["train-to-train", "train-to-test", "test-to-test", "scaling-law"] },
    // Figure 11.
    isoflop: { subjects: OWN_CORPUS },
  },
};

const FROM_TRAIN = ["train-to-train", "train-to-test"];
const SCALING_LAWS = ["chinchilla", "kaplan", "kaplan-offset"];

/** What the paper leaves open or varies, one thing at a time. */
const lossToLossAblations: Preset = {
  name: "loss-to-loss-ablations",
  description:
    "loss-to-loss prediction by each form of the law, delta, fitted offsets, pairing, by way of a third loss, and loss to error",
  spec: {
    method: "loss-to-loss",
    axes: [
      // Section 4.1: the form of the law that E0 and E1 are of, and that is the baseline.
      { relation: [...FROM_TRAIN, "scaling-law"], law: SCALING_LAWS },
      // Hoffmann et al. fit with 1e-3, the paper's tables come out with 1e-1.
      { relation: [...FROM_TRAIN, "scaling-law"], delta1: [1e-3, 1e-2] },
      // Appendix B: E1 as a free parameter, as in Gadre et al. (2024); and E0 too.
      { relation: FROM_TRAIN, offsets: ["destination-free", "free"], residual: ["log", "plain"] },
      { relation: FROM_TRAIN, residual: ["log", "plain"] },
      { relation: FROM_TRAIN, loss2: "huber", delta2: [1e-3, 1e-2] },
      // Section 4.2: which runs are a pair.
      { relation: ["train-to-train", "test-to-test"], pairing: ["tokens", "budget"] },
      // Where no large run of the source is there.
      { relation: FROM_TRAIN, source_loss: "law" },
      // One translation, or two one after the other.
      { relation: ["test-to-test", "composed"] },
      // Figures 5 to 7.
      { relation: "loss-to-error", input: ["train", "task"], residual: ["log", "plain"] },
    ],
  },
};

/** The presets by name. A new one is a record and a line here. */
export const presets: ReadonlyMap<string, Preset> = new Map(
  [
    ladder,
    ladderBayes,
    ladderAblations,
    ladderChoices,
    ladderMatrix,
    ladderLaws,
    flp,
    flpAblations,
    flpM,
    flpMAblations,
    lossToLoss,
    lossToLossAblations,
  ].map((preset) => [preset.name, preset]),
);

/**
 * The preset of a name.
 *
 * @param where file and key, for messages
 * @throws UserError with the nearest name where there is none
 */
export function getPreset(name: string, where: string): Preset {
  return entryOf(presets, name, `${where}: unknown preset`);
}

/** A named sweep. It leaves table, tasks and targets open. */
export interface Preset {
  name: string;
  description: string;
  spec: SweepSpec;
}
