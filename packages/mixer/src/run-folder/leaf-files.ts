import { fileError } from '@sdg/values';
import { createReadStream } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash, readNdjson, type Sample } from '@sdg/core';
import { isKnowledge, leafOf } from '../rows/leaf-of.js';

/** Characters kept before they go to the files. */
const PENDING = 8 << 20;

/** Bytes of a leaf's name in names of files. */
const MAX_STEM = 200;

/** One leaf's samples in a file. */
export interface LeafFile {
  readonly leaf: string;
  /** Name of its files, without ending: the leaf's path, parts joined by `_`. */
  readonly stem: string;
  readonly path: string;
  readonly isKnowledge: boolean;
  rows: number;
}

/** A leaf's name for files, as upstream makes it; kept from climbing out of the folder. */
function stemOf(sample: Sample): string {
  const column = sample['leaf_node_path'];
  const name = typeof column === 'string' && column !== '' ? column : leafOf(sample);
  return shortened(name.replaceAll(/[/\\\0]+/g, '_').replace(/^\.+/, '')) || 'samples';
}

/** A name that file systems take (255 bytes) with all that is put around it; what is cut off is told by a hash. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_STEM) return name;
  const [hash, whole] = [contentHash(name).slice(0, 8), Buffer.from(name).subarray(0, MAX_STEM - 9)];
  // A character cut in two is left out.
  return `${new TextDecoder().decode(whole, { stream: true })}_${hash}`;
}

/** All names, without ending, that files of a leaf have in the folder of its rows. */
const namesOf = (stem: string, knowledge: boolean): string[] =>
  knowledge ? [stem, `${stem}_p07`, `${stem}_p10`, `mmlubench_${stem}`] : [stem];

/**
 * Sorts samples into one file a leaf. Two leaves of which files would have one name (`a_b/c` and `a/b_c`; a skill `x_p07`
 * and the knowledge `x`) get files of their own: the later one's name ends with a hash of its path.
 */
export class LeafFiles {
  readonly #files = new Map<string, LeafFile>();
  readonly #names = new Set<string>();
  readonly #pending = new Map<LeafFile, string[]>();
  #held = 0;

  constructor(private readonly folder: string) {}

  /** The leaves, in order of their first sample. */
  get files(): readonly LeafFile[] {
    return [...this.#files.values()];
  }

  /** Books a sample; `line` is it as JSON, if the caller has that. */
  async add(sample: Sample, line = JSON.stringify(sample)): Promise<void> {
    const knowledge = isKnowledge(sample);
    const key = `${knowledge ? 'knowledge' : 'skill'} ${leafOf(sample)} ${stemOf(sample)}`;
    let file = this.#files.get(key);
    if (!file) {
      const plain = stemOf(sample);
      const isTaken = namesOf(plain, knowledge).some((name) => this.#names.has(name));
      const stem = isTaken ? `${plain}_${contentHash(key).slice(0, 8)}` : plain;
      for (const name of namesOf(stem, knowledge)) this.#names.add(name);
      file = { leaf: leafOf(sample) || stem, stem, path: join(this.folder, `${stem}.jsonl`), isKnowledge: knowledge, rows: 0 };
      this.#files.set(key, file);
      this.#pending.set(file, []);
    }
    file.rows++;
    this.#pending.get(file)!.push(line);
    this.#held += line.length;
    if (this.#held > PENDING) await this.flush();
  }

  async flush(): Promise<void> {
    for (const [file, lines] of this.#pending) {
      if (lines.length === 0) continue;
      await appendFile(file.path, `${lines.join('\n')}\n`).catch((error: unknown) => {
        throw fileError('write', file.path, error);
      });
      lines.length = 0;
    }
    this.#held = 0;
  }
}

/** The samples of a leaf's file, one by one. */
export const readLeaf = ({ path }: LeafFile): AsyncIterable<Sample> => readNdjson(createReadStream(path), { name: path });
