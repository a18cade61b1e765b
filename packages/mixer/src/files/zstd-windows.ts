import { SdgError } from '@sdg/values';

/** Bytes of window at most: what the zstd command itself takes without being told otherwise. */
const MAX_WINDOW = 1 << 27;
const FRAME = 0xfd2fb528;
/** The last four bits of a skippable frame's magic number are free. */
const SKIPPABLE = 0x184d2a50;

/**
 * Walks over the frames of zstd data and refuses those that ask for more memory than they should have: a decoder makes
 * room for the window that a frame's header claims before it has read any of its data. Layout: RFC 8878, section 3.1.
 */
export class ZstdWindows {
  /** The header being read: of a frame, at most 18 bytes, or of a block. */
  readonly #head = Buffer.alloc(18);
  #filled = 0;
  /** Bytes to pass over. */
  #skip = 0;
  #inFrame = false;
  #checksum = 0;
  #isForeign = false;

  constructor(private readonly file: string) {}

  /** Takes the next bytes; fails with `bad-input` where a frame claims a window of more than 128 MiB. */
  check(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isForeign;) {
      const step = Math.min(this.#skip, bytes.length - at);
      this.#skip -= step;
      at += step;
      if (at >= bytes.length) return;
      this.#head[this.#filled++] = bytes[at++]!;
      if (this.#filled < this.#needed()) continue;
      if (this.#inFrame) this.#block();
      else this.#frame();
      this.#filled = 0;
    }
  }

  /** Bytes of the header being read, as far as is known by now. */
  #needed(): number {
    if (this.#inFrame) return 3;
    if (this.#filled < 5) return 5;
    const magic = this.#head.readUInt32LE(0);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) return 8;
    if (magic !== FRAME) return 5;
    const { isSingle, dictionary, size } = this.#descriptor();
    return 5 + (isSingle ? 0 : 1) + dictionary + size;
  }

  #descriptor(): { isSingle: boolean; dictionary: number; size: number } {
    const flags = this.#head[4]!;
    const isSingle = (flags & 0x20) !== 0;
    return { isSingle, dictionary: [0, 1, 2, 4][flags & 3]!, size: flags >> 6 === 0 ? Number(isSingle) : 1 << (flags >> 6) };
  }

  #frame(): void {
    const magic = this.#head.readUInt32LE(0);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      this.#skip = this.#head.readUInt32LE(4);
      return;
    }
    // Not zstd: the decoder says so.
    if (magic !== FRAME) return void (this.#isForeign = true);
    const window = this.#window();
    if (window > MAX_WINDOW) {
      throw new SdgError('bad-input', `${this.file} takes ${Math.round(window / 1e6)} MB of memory to unpack`, {
        remedy: 'pack it with --long=27 or less, or unpack it yourself if you trust it',
      });
    }
    this.#inFrame = true;
    this.#checksum = (this.#head[4]! & 4) === 0 ? 0 : 4;
  }

  #window(): number {
    const { isSingle, dictionary, size } = this.#descriptor();
    if (!isSingle) return 2 ** (10 + (this.#head[5]! >> 3)) * (1 + (this.#head[5]! & 7) / 8);
    const at = 5 + dictionary;
    return size === 8 ? Number(this.#head.readBigUInt64LE(at)) : this.#head.readUIntLE(at, size) + (size === 2 ? 256 : 0);
  }

  #block(): void {
    const header = this.#head.readUIntLE(0, 3);
    // A block of type 1 is one byte, repeated.
    this.#skip = ((header >> 1) & 3) === 1 ? 1 : header >> 3;
    if ((header & 1) === 0) return;
    this.#skip += this.#checksum;
    this.#inFrame = false;
  }
}
