import { open } from 'node:fs/promises';
import { attempt, SdgError } from '@sdg/values';
import type { DatasetSpec } from '@sdg/mixer';
import { jsonLines } from '@sdg/mixer/mix';
import { datasetOf } from './mix-recipe.js';
import type { MixInvocation } from '../commands/mix.js';

/** Whether a dataset argument means stdin: `-`, or behind `--` also `-=SIZE`. */
export const isStdin = (argument: string): boolean => argument === '-' || argument.startsWith('-=');

/** Stdin as a dataset: all of it, unless the command line says how much. */
export function stdinDataset({ positionals, flags }: MixInvocation): DatasetSpec {
  return datasetOf(positionals.find(isStdin) ?? '-', flags['total-samples'] !== undefined);
}

/** The lines of stdin, which may be one JSON array as well; fails with `usage` where it is a terminal. */
export function stdinBytes({ stdin }: Pick<MixInvocation, 'stdin'>): AsyncIterable<Uint8Array> {
  if (stdin.isTTY) {
    const remedy = 'pipe them in or name a dataset; --help has examples';
    throw new SdgError('usage', 'stdin is a terminal; expected generated samples, as sdg-run writes them', { remedy });
  }
  return jsonLines(stdin as AsyncIterable<Buffer>, 'stdin');
}

const LF = 0x0a;
/** Bytes that are searched for the end of a line. */
const MAX_LINE = 1 << 28;
/** Bytes of lines without a row that are passed over in search of one. */
const MAX_BAD = 1 << 20;

/** Columns of which generated samples have at least one, and other people's datasets none. */
const OURS = ['_sdg', 'leaf_node_type', 'leaf_node_path', 'task_description'];

/** What stdin brings. */
export interface StdinRows {
  /** Whether they are samples of a pipeline, of which training rows are made, or rows of a dataset. */
  readonly isGenerated: boolean;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Looks at the first row of stdin: samples of a pipeline become training rows, anything else (rows in the messages form,
 * Alpaca, and so on) is a dataset like those that are named. Lines before it that no row can be tell nothing; whoever
 * reads them says what is wrong with them. Nothing is lost by looking.
 */
export async function sniffStdin(stdin: MixInvocation['stdin']): Promise<StdinRows> {
  const input = stdinBytes({ stdin })[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  /** What has come of the line that has not ended. */
  let line: Uint8Array[] = [];
  let size = 0;
  let ended = 0;
  let isGenerated: boolean | undefined;
  // No row is that long, and so many bad ones are none of ours.
  while (isGenerated === undefined && size - ended <= MAX_LINE && ended <= MAX_BAD) {
    const { value, done } = await input.next();
    if (!done) {
      held.push(value);
      line.push(value);
      size += value.length;
      if (!value.includes(LF)) continue;
    }
    const bytes = Buffer.concat(line);
    const end = done ? bytes.length : bytes.lastIndexOf(LF) + 1;
    for (const text of bytes.toString('utf8', 0, end).split('\n')) isGenerated ??= tells(text);
    line = [bytes.subarray(end)];
    ended = size - bytes.length + end;
    if (done) break;
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* held;
    for await (const chunk of { [Symbol.asyncIterator]: () => input }) yield chunk;
  }
  // Where nothing can be told, the reader of samples says where and what.
  return { isGenerated: isGenerated ?? true, bytes: bytes() };
}

/** Bytes of a file that are searched for its first row: at first, and at most. */
const [HEAD, MOST] = [1 << 13, 1 << 20];

/** Whether a file begins with a sample of a pipeline; not where it cannot be read, which whoever opens it says. */
export async function beginsGenerated(path: string): Promise<boolean> {
  try {
    const handle = await open(path);
    try {
      if (!(await handle.stat()).isFile()) return false;
      for (let size = HEAD; size <= MOST; size *= 8) {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size, 0);
        const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
        // The last one may go on.
        const whole = bytesRead < size ? lines : lines.slice(0, -1);
        const told = whole.find((line) => tells(line) !== undefined);
        if (told !== undefined) return tells(told) === true && !isPlainDataset(told);
        if (bytesRead < size) return false;
      }
    } finally {
      await handle.close();
    }
  } catch {
    // Said by whoever opens it.
  }
  return false;
}

/** Whether a row without a word of ours could be of anybody's dataset: a file that is named is taken for one. */
function isPlainDataset(line: string): boolean {
  const row = JSON.parse(line.replace(/^\ufeff/, '')) as object;
  return !OURS.some((name) => name in row);
}

/** Whether a line is a sample of a pipeline or a row of a dataset; undefined where it is neither. */
function tells(line: string): boolean | undefined {
  return attempt(() => {
    const row: unknown = JSON.parse(line.replace(/^\ufeff/, ''));
    if (typeof row !== 'object' || row === null) return undefined;
    const has = (name: string): boolean => name in row;
    if (has('messages')) return false;
    // Without lineage: question and answer in one reply, or about a document.
    const isReply = has('output') && !has('instruction') && !has('input');
    return OURS.some(has) || isReply || ['document', 'question', 'response'].every(has);
  });
}
