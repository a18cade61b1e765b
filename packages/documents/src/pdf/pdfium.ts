import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DocumentError } from '../document-error.js';
import { mendPdf, type Mended } from './mend-pdf.js';
import { placeOf } from './place-of.js';

/** What reads PDFs, and the version that this was tried with. Optional, since it is large and not everybody has PDFs. */
const LIBRARY = '@embedpdf/pdfium';
const VERSION = '2.15.1';

/** Megabytes of WebAssembly memory that one file may need: real ones of 2,000 pages stay below 100. */
const MAX_MEMORY = 768;
/** A heap never shrinks: above this many megabytes the next file gets a fresh one. */
const KEPT_MEMORY = 128;

/** What is used of WebAssembly, whose types TypeScript has for browsers only. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    compile(bytes: Uint8Array): Promise<object>;
    instantiate(module: object, imports: object): Promise<object>;
    readonly RuntimeError: new () => Error;
  };
};

/** The functions of pdfium by their C names, with numbers and pointers as arguments. */
type Raw = Readonly<Record<string, (...args: number[]) => number>>;

/** pdfium in WebAssembly, with what is needed to hand memory back and forth. */
export interface Pdfium {
  readonly raw: Raw;
  /** 64 bytes for results: what is in them is gone after the next call. */
  readonly scratch: number;
  /** The whole memory; asked for anew after every call that may need more of it. */
  readonly heapFloats: () => Float32Array;
  readonly heapDoubles: () => Float64Array;
  readonly copyIn: (bytes: Uint8Array) => number;
  readonly free: (pointer: number) => void;
  readonly floats: (pointer: number, count: number) => Float32Array;
  readonly ints: (pointer: number, count: number) => Int32Array;
  readonly bytes: (pointer: number, count: number) => Uint8Array;
  /** A UTF-16 text by the way of pdfium: asked for its length first, then for itself. Longer ones than 1 MB are cut. */
  readonly text: (ask: (buffer: number, bytes: number) => number) => string;
  readonly heapBytes: () => number;
}

interface Module {
  readonly HEAPU8: Uint8Array;
  readonly HEAPF32: Float32Array;
  readonly HEAPF64: Float64Array;
  readonly wasmExports: { readonly malloc: (bytes: number) => number; readonly free: (pointer: number) => void };
}

type Imports = Record<string, Record<string, (...args: number[]) => unknown>>;

type Init = (options: object) => Promise<{ readonly pdfium: object }>;

async function load(): Promise<Pdfium> {
  const program = placeOf(`${LIBRARY}/pdfium.wasm`);
  const library = placeOf(LIBRARY);
  if (program === undefined || library === undefined) {
    throw new DocumentError('PDFs need a library that is not installed', `npm install ${LIBRARY}@${VERSION}`);
  }
  // Not by import: it is CommonJS of 300 kB, which would first be searched for the names that it exports.
  const { init } = createRequire(import.meta.url)(library) as { readonly init: Init };
  const code = await WebAssembly.compile(await readFile(program));
  const instantiateWasm = (imports: Imports, done: (instance: unknown, module: unknown) => void): object => {
    const env = imports['env']!;
    const grow = env['emscripten_resize_heap']!;
    // The one place through which the heap grows. A refusal makes pdfium abort, which is told as a finding.
    env['emscripten_resize_heap'] = (size: number) => (size >>> 0 > MAX_MEMORY * 1_000_000 ? 0 : grow(size));
    void WebAssembly.instantiate(code, imports).then((instance) => done(instance, code));
    return {};
  };
  const silent = (): void => undefined;
  const { pdfium } = await init({ instantiateWasm, print: silent, printErr: silent });
  const module = pdfium as unknown as Module;
  // Not what the library wraps around them: that makes two messages for each call, in case it fails, and there are five calls a letter.
  const raw = module.wasmExports as unknown as Raw;
  raw['PDFiumExt_Init']!();
  const { malloc, free } = module.wasmExports;
  const bytes = (pointer: number, count: number): Uint8Array => module.HEAPU8.subarray(pointer, pointer + count);
  const buffer = (): ArrayBufferLike => module.HEAPU8.buffer;
  return {
    raw,
    scratch: malloc(64),
    heapFloats: () => module.HEAPF32,
    heapDoubles: () => module.HEAPF64,
    copyIn(data) {
      const pointer = malloc(Math.max(1, data.length));
      if (pointer === 0) throw tooMuch();
      module.HEAPU8.set(data, pointer);
      return pointer;
    },
    free,
    bytes,
    floats: (pointer, count) => new Float32Array(buffer(), pointer, count),
    ints: (pointer, count) => new Int32Array(buffer(), pointer, count),
    text(ask) {
      const length = Math.min(ask(0, 0), 1_000_000);
      if (length <= 2) return '';
      const pointer = malloc(length);
      try {
        ask(pointer, length);
        return Buffer.from(bytes(pointer, length - 2)).toString('utf16le');
      } finally {
        free(pointer);
      }
    },
    heapBytes: () => module.HEAPU8.length,
  };
}

const tooMuch = (cause?: unknown): DocumentError =>
  new DocumentError(`it needs more than ${MAX_MEMORY} MB of memory`, 'split it, or leave it out', { cause });

/** Why pdfium could not open a file, by its number for it. */
function openError(number: number, data: Uint8Array): DocumentError {
  const start = Buffer.from(data.subarray(0, 1024)).toString('latin1');
  if (start.startsWith('version https://git-lfs')) {
    return new DocumentError('it is a Git LFS pointer, not the file itself', 'get it with: git lfs pull');
  }
  if (!start.includes('%PDF-')) return new DocumentError('it is no PDF: it does not begin as one', 'give it the end of name of what it is');
  if (number === 4) return new DocumentError('it needs a password', 'save it without one');
  if (number === 5) return new DocumentError('its encryption is not supported', 'save it without encryption');
  return new DocumentError('it is damaged: no pages can be found in it', 'save it again from the program that made it');
}

interface Opened {
  readonly pointer: number;
  readonly document: number;
  readonly mended?: Mended;
}

/** Opens a file, or what can be made of it where it lost its end. */
function open(pdfium: Pdfium, data: Uint8Array): Opened {
  const { raw } = pdfium;
  const tryOn = (bytes: Uint8Array): Opened => {
    const pointer = pdfium.copyIn(bytes);
    return { pointer, document: raw['FPDF_LoadMemDocument']!(pointer, bytes.length, 0) };
  };
  const asItIs = tryOn(data);
  if (asItIs.document !== 0) return asItIs;
  const error = openError(raw['FPDF_GetLastError']!(), data);
  pdfium.free(asItIs.pointer);
  const mended = error.message.includes('damaged') ? mendPdf(data) : undefined;
  const opened = mended && tryOn(mended.bytes);
  if (!opened || opened.document === 0) throw error;
  return { ...opened, mended: mended! };
}

let loaded: Promise<Pdfium> | undefined;

/**
 * Opens a PDF, hands it to `use`, and closes it; one that lost its end as far as it goes, with what is known of that. Fails with
 * {@link DocumentError} for files that are no PDF, are encrypted or damaged, or need more memory than a file may have. One file at a time
 * and thread.
 */
export async function withPdf<T>(data: Uint8Array, use: (pdfium: Pdfium, document: number, mended?: Mended) => T | Promise<T>): Promise<T> {
  const pdfium = await (loaded ??= load());
  try {
    const { pointer, document, mended } = open(pdfium, data);
    const result = await use(pdfium, document, mended);
    pdfium.raw['FPDF_CloseDocument']!(document);
    pdfium.free(pointer);
    if (pdfium.heapBytes() > KEPT_MEMORY * 1_000_000) loaded = undefined;
    return result;
  } catch (error) {
    // After an abort nothing in the heap can be relied on.
    loaded = undefined;
    if (error instanceof DocumentError) throw error;
    if (error instanceof WebAssembly.RuntimeError || /abort/i.test(String(error))) {
      if (pdfium.heapBytes() > MAX_MEMORY * 500_000) throw tooMuch(error);
      throw new DocumentError('it is damaged: its pages cannot be read', 'save it again from the program that made it', { cause: error });
    }
    throw error;
  }
}
