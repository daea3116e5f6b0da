// Log-linear histogram of non-negative integers (microseconds): 128 steps per power of two, so an error
// under 0.8 %; constant memory whatever the number of samples.
const SUB_BITS = 7;
const SUB = 1 << SUB_BITS;
const MAX = 2 ** 31 - 1;

function bucketOf(v: number): number {
  if (v < 2 * SUB) return v;
  const shift = 31 - Math.clz32(v) - SUB_BITS;
  return shift * SUB + (v >>> shift);
}

/** The middle of the values that share a bucket. */
function middleOf(index: number): number {
  if (index < 2 * SUB) return index;
  const shift = Math.floor(index / SUB) - 1;
  const low = (index - shift * SUB) * 2 ** shift;
  return low + (2 ** shift - 1) / 2;
}

export class Histogram {
  count = 0;
  min = 0;
  max = 0;
  private sum = 0;
  private readonly buckets = new Float64Array(bucketOf(MAX) + 1);

  record(us: number): void {
    const v = us < 0 ? 0 : us > MAX ? MAX : Math.round(us);
    const i = bucketOf(v);
    this.buckets[i] = this.buckets[i]! + 1;
    if (this.count === 0 || v < this.min) this.min = v;
    if (v > this.max) this.max = v;
    this.count++;
    this.sum += v;
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** The smallest value that at least q of the samples do not exceed; 0 when empty. */
  quantile(q: number): number {
    if (this.count === 0) return 0;
    const rank = Math.max(1, Math.ceil(q * this.count));
    let seen = 0;
    for (let i = 0; i < this.buckets.length; i++) {
      seen += this.buckets[i]!;
      if (seen >= rank) return Math.min(Math.max(middleOf(i), this.min), this.max);
    }
    return this.max;
  }

  merge(other: Histogram): void {
    if (other.count === 0) return;
    for (let i = 0; i < this.buckets.length; i++) this.buckets[i] = this.buckets[i]! + other.buckets[i]!;
    this.min = this.count === 0 ? other.min : Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.count += other.count;
    this.sum += other.sum;
  }
}
