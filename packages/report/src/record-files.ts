import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { counted, isRecord, type Lineage, readNdjson } from '@sdg/core';

/** Characters of a text that are shown. */
export const MOST_TEXT = 4000;

/** An output of a model as the call cache has it: thoughts in tags are still in the text, of a long prompt it has both ends. */
export interface KeptOutput {
  readonly prompt: string;
  readonly text: string;
  readonly reasoning?: string | undefined;
}

/** Finds an output by its name in the call cache. */
export type KeptOutputs = (key: string) => KeptOutput | undefined;

/** The files of a run folder, read so far as they can be: what cannot is noted, not passed over in silence. */
export class RecordFiles {
  /** What could not be read, a line each. */
  readonly notes: string[] = [];
  /** `kept` finds what the folder has the name of alone. */
  constructor(
    readonly folder: string,
    readonly kept?: KeptOutputs,
  ) {}

  /** A file that holds one JSON object; undefined where there is none, or none that is whole. */
  async object<T extends object>(name: string): Promise<Partial<T> | undefined> {
    const file = join(this.folder, name);
    if (!existsSync(file)) return undefined;
    try {
      const value = JSON.parse(await readFile(file, 'utf8')) as unknown;
      if (isRecord(value)) return value as Partial<T>;
      this.notes.push(`${name} holds no record, so what it says is missing here.`);
    } catch (error) {
      this.notes.push(`${name} is not whole (${(error as Error).message}), so what it says is missing here.`);
    }
    return undefined;
  }

  /** Lines of a file that are objects with these members. A last line that was cut off by a kill is one that is not. */
  async *lines(
    name: string,
    needed: readonly string[] = [],
    ofType: 'number' | 'string' = 'string',
  ): AsyncGenerator<Record<string, unknown>> {
    const file = join(this.folder, name);
    if (!existsSync(file)) return;
    let bad = 0;
    for await (const line of readNdjson(createReadStream(file), { name: file, onBadLine: () => void bad++ })) {
      if (needed.every((member) => typeof line[member] === ofType && line[member] === line[member])) yield line;
      else bad++;
    }
    if (bad > 0) {
      this.notes.push(`${counted(bad, 'line')} of ${name} cannot be read and ${bad === 1 ? 'is' : 'are'} left out.`);
    }
  }
}

export const cut = (text: string, most = MOST_TEXT): string =>
  text.length <= most ? text : `${text.slice(0, most)} … (${text.length - most} more characters)`;

/** Columns as they are shown: long texts cut. */
export const shownColumns = (columns: Readonly<Record<string, unknown>>, most = MOST_TEXT): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, value]) => {
      if (typeof value === 'string') return [name, cut(value, most)];
      const text = JSON.stringify(value) ?? '';
      return [name, text.length > most ? cut(text, most) : value];
    }),
  );

export const shownLeaf = (sample: Readonly<Record<string, unknown>>, lineage?: Partial<Lineage>): string =>
  typeof sample['leaf_node_path'] === 'string' && sample['leaf_node_path'] !== ''
    ? sample['leaf_node_path']
    : (lineage?.origin?.leaf ?? '');

/** Bytes that a value takes in the page. */
export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value).replaceAll('<', '\\u003c'));

/** The first items that fit into so many bytes, and never none of some; an item that alone is too long is passed over. */
export function within<T>(items: readonly T[], bytes: number): T[] {
  let left = bytes;
  return items.filter((item) => {
    const size = bytesOf(item);
    if (size > left) return false;
    left -= size;
    return true;
  });
}
