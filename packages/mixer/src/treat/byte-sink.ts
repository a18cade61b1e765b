/** Below this length a loop beats the call of a copy, which makes an object. */
const SHORT = 100;

/** Bytes that grow at the end: where treated rows are put together without a string for each. */
export class ByteSink {
  bytes: Buffer;
  length = 0;
  /** Where the bytes go that come after those given out, if whoever took them may not keep them. */
  #other: Buffer | undefined;

  /** `reuses`: what `take` gives is valid until something else was taken and the sink is written to again. */
  constructor(capacity = 1 << 16, reuses = false) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    if (reuses) this.#other = Buffer.allocUnsafeSlow(capacity);
  }

  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  copy(from: Buffer, start = 0, end = from.length): void {
    const count = end - start;
    this.reserve(count);
    if (count < SHORT) for (let i = start; i < end; i++) this.bytes[this.length + i - start] = from[i]!;
    else from.copy(this.bytes, this.length, start, end);
    this.length += count;
  }

  text(value: string): void {
    this.reserve(3 * value.length);
    this.length += this.bytes.write(value, this.length);
  }

  /** The bytes so far, in a buffer of their own unless the sink reuses it; the sink is empty again. */
  take(): Buffer {
    if (this.#other) {
      // Nothing is taken: the piece before stays as it is.
      if (this.length === 0) return this.bytes.subarray(0, 0);
      const taken = this.bytes.subarray(0, this.length);
      [this.bytes, this.#other] = [this.#other, this.bytes];
      this.length = 0;
      return taken;
    }
    // A copy of what there is: the room itself stays where the processor has it at hand, and is no larger than need be.
    const taken = Buffer.allocUnsafeSlow(this.length);
    this.bytes.copy(taken, 0, 0, this.length);
    this.length = 0;
    return taken;
  }
}
