/** A place of the inputs at which a law predicts. */
interface Places {
  /** A root of the covariance of the predictions: rows of `width`, one a place. */
  root: Float64Array;
  width: number;
  /** Variance of what a run at each place would measure about its prediction. */
  noise: Float64Array;
  /** Places whose predictions are to be known better. */
  targets: readonly number[];
}

/**
 * How well a law's predictions are known at some places, and how much better with each further run.
 *
 * A run at a place measures the prediction there with a noise of its own. By the linear posterior, which is exact where predictions are linear
 * in normal parameters, the covariance of all places then falls by the product of their covariances with that place over the variance
 * of what is measured there: an update of rank one, which does not depend on what is measured. It is made on a root of the covariance (Potter's form of the
 * Kalman filter; Bierman, 1977, section II.5), so that no variance can fall below 0.
 */
export class Belief {
  /** Variance of the prediction at each place. */
  readonly variance: Float64Array;
  /** Covariance of each target with each place: an array a target. */
  readonly withTarget: readonly Float64Array[];
  readonly #places: Places;

  constructor(places: Places) {
    this.#places = { ...places, root: places.root.slice() };
    this.variance = places.noise.map((_, i) => this.#covariance(i, i));
    this.withTarget = places.targets.map((target) => this.#column(target));
  }

  copy(): Belief {
    return new Belief(this.#places);
  }

  /** A root of the covariance as it is now: rows of `width`, one a place. */
  root(): Float64Array {
    return this.#places.root.slice();
  }

  /** By how much the variance of a target falls with one run at a place. */
  gain(target: number, place: number): number {
    const measured = this.variance[place]! + this.#places.noise[place]!;
    return measured > 0 ? this.withTarget[target]![place]! ** 2 / measured : 0;
  }

  /** Takes a run at a place as trained. */
  train(place: number): void {
    const { root, width, noise } = this.#places;
    const column = this.#column(place);
    const measured = column[place]! + noise[place]!;
    if (!(measured > 0)) return;
    const own = root.slice(place * width, (place + 1) * width);
    const share = 1 / (measured + Math.sqrt(noise[place]! * measured));
    for (let i = 0; i < column.length; i++) {
      const by = share * column[i]!;
      for (let r = 0; r < width; r++) root[i * width + r]! -= by * own[r]!;
      this.variance[i] = Math.max(0, this.variance[i]! - column[i]! ** 2 / measured);
    }
    for (const of of this.withTarget) {
      const by = of[place]! / measured;
      for (let i = 0; i < column.length; i++) of[i]! -= by * column[i]!;
    }
  }

  /** Covariance of a place with each. */
  #column(place: number): Float64Array {
    return this.#places.noise.map((_, i) => this.#covariance(i, place));
  }

  #covariance(i: number, j: number): number {
    const { root, width } = this.#places;
    let sum = 0;
    for (let r = 0; r < width; r++) sum += root[i * width + r]! * root[j * width + r]!;
    return sum;
  }
}
