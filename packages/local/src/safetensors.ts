import { readFile } from 'node:fs/promises';
import { fileError, SdgError } from '@sdg/core';

/** A tensor as numbers of 32 bits, row after row. */
interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Bytes of the length at the beginning, and of the longest header that is read. */
const [LENGTH_BYTES, MOST_HEADER] = [8, 100_000_000];

/** IEEE 754 binary16 as a number. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}

/** How the elements of a type are read, and how many bytes they have. */
const TYPES: Readonly<Record<string, readonly [size: number, read: (view: DataView, at: number) => number]>> = {
  F64: [8, (view, at) => view.getFloat64(at, true)],
  F32: [4, (view, at) => view.getFloat32(at, true)],
  F16: [2, (view, at) => half(view.getUint16(at, true))],
  BF16: [2, (view, at) => new Float32Array(Uint32Array.of(view.getUint16(at, true) << 16).buffer)[0]!],
  I64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  I32: [4, (view, at) => view.getInt32(at, true)],
  I8: [1, (view, at) => view.getInt8(at)],
  U8: [1, (view, at) => view.getUint8(at)],
};

function tensorAt(view: DataView, { dtype, shape, data_offsets: [from, to] }: Entry): Tensor {
  const type = TYPES[dtype];
  if (!type) throw new Error(`elements of type ${dtype} are not known`);
  const [size, read] = type;
  const count = shape.reduce((product, n) => product * n, 1);
  if (to - from !== count * size || to > view.byteLength) throw new Error('it is cut short');
  // A large table of floats is copied at once.
  if (dtype === 'F32') {
    return { shape, values: new Float32Array(view.buffer.slice(view.byteOffset + from, view.byteOffset + to) as ArrayBuffer) };
  }
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, from + i * size);
  return { shape, values };
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Reads the tensors of a safetensors file that have one of `names`.
 *
 * @throws SdgError `usage` where the file cannot be read, `config` where it is damaged or of another form
 * @see https://github.com/huggingface/safetensors#format
 */
export async function readSafetensors(file: string, names: readonly string[]): Promise<ReadonlyMap<string, Tensor>> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw fileError('read', file, error, '--embedder');
  });
  try {
    const length = bytes.length < LENGTH_BYTES ? Infinity : Number(bytes.readBigUInt64LE(0));
    if (length > Math.min(bytes.length - LENGTH_BYTES, MOST_HEADER)) throw new Error('it does not begin as a safetensors file does');
    const header = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + length)) as Record<string, Entry>;
    const start = bytes.byteOffset + LENGTH_BYTES + length;
    const view = new DataView(bytes.buffer, start, bytes.byteOffset + bytes.length - start);
    const found = names.filter((name) => Object.hasOwn(header, name));
    return new Map(found.map((name) => [name, tensorAt(view, header[name]!)]));
  } catch (error) {
    throw new SdgError('config', `${file}: no tensors can be read: ${(error as Error).message}`, {
      remedy: 'fetch the file again',
      cause: error,
    });
  }
}
