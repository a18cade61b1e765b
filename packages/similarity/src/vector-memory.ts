import { NEAR_VECTORS } from './near-vectors-code.js';
import { likelyCosines, SKETCH_BITS } from './sketch.js';

/** What is used of WebAssembly, whose types TypeScript has for browsers only. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
}
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** What the module exports, see assembly/near-vectors.ts; places are addresses in its memory. */
interface NearVectors {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void };
  readonly SKETCH: { readonly value: number };
  readonly HALF_COSINES: { readonly value: number };
  readonly COSINES: { readonly value: number };
  readonly FREE: { readonly value: number };
  begin(at: number, size: number, factor: number, length: number, least: number): void;
  similarity(): number;
  scan(block: number, count: number): number;
}

/** A vector in the forms in which it is compared. */
export interface PackedVector {
  /** Of {@link SKETCH_BITS} bits. */
  readonly sketch: Uint8Array;
  /** Distance from the mean. */
  readonly length: number;
  readonly bytes: Int8Array;
  /** From the bytes to a vector of length 1. */
  readonly factor: number;
}

/** Vectors of a block, as in the module. */
const BLOCK = 1024;
const [SECOND_HALVES, LENGTHS, FACTORS, BYTES] = [BLOCK * 32, BLOCK * 64, BLOCK * 68, BLOCK * 72];
const PAGE = 65_536;
/** WebAssembly addresses 4 GB. */
const MOST_PAGES = 65_536;
const HALF = SKETCH_BITS / 16;
/** Dimensions that a vector may have. */
export const MOST_DIMENSIONS = 65_536;

let compiled: object | undefined;

/** One memory of the module: blocks are only ever added. */
class Room {
  readonly #module = new Instance((compiled ??= new Module(Buffer.from(NEAR_VECTORS, 'base64')))).exports as NearVectors;
  #free: number;
  readonly #query: number;
  #view = Buffer.alloc(0);

  constructor() {
    this.#free = Math.ceil(this.#module.FREE.value / 16) * 16;
    this.#query = this.reserve(MOST_DIMENSIONS)!;
    const bytes = this.#bytes();
    for (const [{ value }, length] of [
      [this.#module.HALF_COSINES, SKETCH_BITS / 2],
      [this.#module.COSINES, SKETCH_BITS],
    ] as const) {
      likelyCosines(length).forEach((cosine, i) => bytes.writeFloatLE(cosine, value + 4 * i));
    }
  }

  #bytes(): Buffer {
    const { buffer } = this.#module.memory;
    if (this.#view.buffer !== buffer) this.#view = Buffer.from(buffer);
    return this.#view;
  }

  /** Where so many bytes are free; undefined where the memory is full. */
  reserve(size: number): number | undefined {
    const from = this.#free;
    const to = from + Math.ceil(size / 16) * 16;
    const pages = Math.ceil(to / PAGE);
    const there = this.#module.memory.buffer.byteLength / PAGE;
    if (pages > MOST_PAGES) return undefined;
    if (pages > there) this.#module.memory.grow(pages - there);
    this.#free = to;
    return from;
  }

  write(block: number, place: number, { sketch, length, bytes, factor }: PackedVector): void {
    const all = this.#bytes();
    all.set(sketch.subarray(0, HALF), block + HALF * place);
    all.set(sketch.subarray(HALF), block + SECOND_HALVES + HALF * place);
    all.writeFloatLE(length, block + LENGTHS + 4 * place);
    all.writeFloatLE(factor, block + FACTORS + 4 * place);
    all.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), block + BYTES + bytes.length * place);
  }

  begin({ sketch, length, bytes, factor }: PackedVector, least: number): void {
    const all = this.#bytes();
    all.set(sketch, this.#module.SKETCH.value);
    all.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), this.#query);
    this.#module.begin(this.#query, bytes.length, factor, length, least);
  }
  scan(block: number, count: number): number {
    return this.#module.scan(block, count);
  }
  get similarity(): number {
    return this.#module.similarity();
  }
}

/** A block in one of the rooms. */
interface Place {
  readonly room: Room;
  readonly at: number;
}

/** Memory outside of JavaScript's heap that vectors of any number of indexes share. It is given back with the last of them. */
export class VectorMemory {
  #rooms: Room[] = [];

  /** A block for vectors of so many bytes each. */
  block(size: number): Place {
    const bytes = BYTES + BLOCK * size;
    const last = this.#rooms.at(-1);
    const at = last?.reserve(bytes);
    if (last && at !== undefined) return { room: last, at };
    const room = new Room();
    this.#rooms.push(room);
    return { room, at: room.reserve(bytes)! };
  }
}

/** Vectors of one length, all of which are looked at. */
export class PackedVectors {
  readonly #blocks: Place[] = [];
  #size = 0;

  constructor(private readonly memory: VectorMemory) {}

  add(vector: PackedVector): void {
    const place = this.#size++ % BLOCK;
    if (place === 0) this.#blocks.push(this.memory.block(vector.bytes.length));
    const { room, at } = this.#blocks.at(-1)!;
    room.write(at, place, vector);
  }

  /** The nearest one of a cosine above `least`, the first of equals. */
  nearest(vector: PackedVector, least: number): { readonly index: number; readonly similarity: number } | undefined {
    let index = -1;
    let similarity = least;
    let asked: Room | undefined;
    this.#blocks.forEach(({ room, at }, i) => {
      if (room !== asked) room.begin(vector, similarity);
      asked = room;
      const place = room.scan(at, Math.min(BLOCK, this.#size - i * BLOCK));
      if (place < 0) return;
      index = i * BLOCK + place;
      ({ similarity } = room);
    });
    return index < 0 ? undefined : { index, similarity };
  }
}
