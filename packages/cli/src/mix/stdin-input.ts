import { SdgError } from '@sdg/core/values';
import type { DatasetSpec } from '@sdg/mixer';
import { datasetOf } from './mix-recipe.js';
import type { MixInvocation } from './mix-flags.js';

/** Whether a dataset argument means stdin: `-`, or behind `--` also `-=SIZE`. */
export const isStdin = (argument: string): boolean => argument === '-' || argument.startsWith('-=');

/** Stdin as a dataset: all of it, unless the command line says how much. */
export function stdinDataset({ positionals, flags }: MixInvocation): DatasetSpec {
  return datasetOf(positionals.find(isStdin) ?? '-', flags['total-samples'] !== undefined);
}

/** The bytes of stdin; fails with `usage` where it is a terminal. */
export function stdinBytes({ stdin }: Pick<MixInvocation, 'stdin'>): AsyncIterable<Uint8Array> {
  if (stdin.isTTY) {
    const remedy = 'pipe them in or name a dataset; --help has examples';
    throw new SdgError('usage', 'stdin is a terminal; expected generated samples, as sdg-run writes them', { remedy });
  }
  return stdin as AsyncIterable<Buffer>;
}

const LF = 0x0a;
/** Bytes that are searched for the end of the first line. */
const MAX_FIRST = 1 << 28;

/** Columns of which generated samples have at least one, and other people's datasets none. */
const OURS = ['_sdg', 'leaf_node_type', 'leaf_node_path', 'task_description'];

/** What stdin brings. */
export interface StdinRows {
  /** Whether they are samples of a pipeline, of which training rows are made, or rows of a dataset. */
  readonly isGenerated: boolean;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Looks at the first line of stdin: samples of a pipeline become training rows, anything else (rows in the messages form,
 * Alpaca, and so on) is a dataset like those that are named. Nothing is lost by looking.
 */
export async function peek(stdin: MixInvocation['stdin']): Promise<StdinRows> {
  const input = stdinBytes({ stdin })[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let size = 0;
  let line: string | undefined;
  while (line === undefined) {
    const { value, done } = await input.next();
    if (!done) {
      held.push(value);
      size += value.length;
      if (size <= MAX_FIRST && !value.includes(LF)) continue;
    }
    // No sample is that long; whoever reads the rows says so.
    if (size > MAX_FIRST) break;
    const text = Buffer.concat(held).toString('utf8').trimStart();
    const end = text.indexOf('\n');
    if (done || end !== -1) line = end === -1 ? text : text.slice(0, end);
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* held;
    for await (const chunk of { [Symbol.asyncIterator]: () => input }) yield chunk;
  }
  return { isGenerated: line !== undefined && isGenerated(line), bytes: bytes() };
}

function isGenerated(line: string): boolean {
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row !== 'object' || row === null) return true;
    const has = (name: string): boolean => name in row;
    if (has('messages')) return false;
    // Without lineage: question and answer in one reply, or about a document.
    const isReply = has('output') && !has('instruction') && !has('input');
    return OURS.some(has) || isReply || ['document', 'question', 'response'].every(has);
  } catch {
    // Not JSON: the reader of samples says where and what.
    return true;
  }
}
