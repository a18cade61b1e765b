import { constants, createGunzip, createGzip } from 'node:zlib';
import { pipeline, Readable, Transform } from 'node:stream';
import { SdgError } from '@sdg/values';
import { checkGrowth } from './check-growth.js';
import type { Codec } from './codec-of.js';
import { ZstdWindows } from './zstd-windows.js';

/** Uncompressed bytes of a zstd frame. Every block is a frame of its own, which the format allows, so memory is flat. */
const FRAME = 1 << 20;

/** `onGrown` is told of every block before there is another: what a few bytes can grow to must not be held at once. */
async function* unzstd(input: AsyncIterable<Uint8Array>, file: string, onGrown: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const ready: Uint8Array[] = [];
  const stream = new Decompress((chunk) => {
    onGrown(chunk.length);
    ready.push(chunk);
  });
  const windows = new ZstdWindows(file);
  for await (const chunk of input) {
    for (let at = 0; at < chunk.length; at += 16_384) {
      const piece = chunk.subarray(at, at + 16_384);
      windows.check(piece);
      stream.push(piece);
      yield* ready.splice(0);
    }
  }
  stream.push(new Uint8Array(0), true);
  yield* ready;
}

/** `pipeline` hands errors of the input to the output, whose reader sees them. */
async function* gunzip(input: AsyncIterable<Uint8Array>, onGrown: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of pipeline(
    Readable.from(input, { objectMode: false }),
    createGunzip(),
    () => undefined,
  ) as AsyncIterable<Buffer>) {
    onGrown(chunk.length);
    yield chunk;
  }
}

/**
 * The bytes of a compressed stream. Fails with `bad-input` where they are damaged or cut short, and where they grow
 * beyond 200 times their size (a bomb), or take more than 128 MiB to unpack.
 */
export async function* decompress(input: AsyncIterable<Uint8Array>, codec: Codec, file: string): AsyncGenerator<Uint8Array> {
  let read = 0;
  let grown = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input) {
      read += chunk.length;
      yield chunk;
    }
  }
  const onGrown = (bytes: number): void => {
    grown += bytes;
    checkGrowth(read, grown, file);
  };
  try {
    yield* codec === 'zstd' ? unzstd(counted(), file, onGrown) : gunzip(counted(), onGrown);
  } catch (error) {
    if (error instanceof SdgError) throw error;
    throw new SdgError('bad-input', `${file} is not whole ${codec} data: ${(error as Error).message}`, {
      remedy: 'download or compress it again',
      cause: error,
    });
  }
}

/** Loaded once: a second `init` gives the module new memory under the feet of whoever uses the first. */
let zstd: Promise<(data: Uint8Array, level: number) => Uint8Array> | undefined;
const loadZstd = (): NonNullable<typeof zstd> =>
  (zstd ??= import('@bokuweb/zstd-wasm').then(async ({ init, compress }) => {
    await init();
    return compress;
  }));

/** The level that the zstd command takes by default. */
const LEVEL = 3;

/** A transform that compresses by frames of a megabyte, whatever the chunks. */
// The result of `compress` lies in memory that the next call uses again, so it is copied.
async function zstdStream(): Promise<Transform> {
  const compress = await loadZstd();
  let held: Buffer[] = [];
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held.push(chunk);
      size += chunk.length;
      if (size >= FRAME) {
        const all = Buffer.concat(held);
        const whole = all.length - (all.length % FRAME);
        for (let at = 0; at < whole; at += FRAME) this.push(Buffer.from(compress(all.subarray(at, at + FRAME), LEVEL)));
        held = [Buffer.from(all.subarray(whole))];
        size = all.length - whole;
      }
      done();
    },
    flush(done) {
      if (size > 0) this.push(Buffer.from(compress(Buffer.concat(held), LEVEL)));
      done();
    },
  });
}

/** A stream that compresses. gzip is written without a time of day, so equal rows give equal bytes. */
export const compressor = async (codec: Codec): Promise<Transform> =>
  codec === 'gzip' ? createGzip({ level: constants.Z_DEFAULT_COMPRESSION }) : zstdStream();
