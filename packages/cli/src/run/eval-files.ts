import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { contentHash, counted, Drop, fileError, makeFolder, type Sample } from '@sdg/core';
import { leafOf, mmluRow, mmluTask, writeRows } from '@sdg/mixer';

interface LeafRows {
  readonly stem: string;
  readonly lines: string[];
}

/**
 * What the eval pipeline makes, as files that lm-evaluation-harness reads: `mmlubench_<leaf>.jsonl` and
 * `<leaf>_task.yaml`. Rows are held until the end: a file under its final name is whole.
 */
export class EvalFiles {
  readonly #leaves = new Map<string, LeafRows>();
  readonly #left = new Map<string, number>();

  private constructor(private readonly folder: string) {}

  /** Makes the folder, before any call is paid for. Fails with `usage` if it cannot be made. */
  static async open(folder: string): Promise<EvalFiles> {
    try {
      makeFolder(folder);
    } catch (error) {
      throw fileError('write', folder, error, '--output-dir');
    }
    return new EvalFiles(folder);
  }

  /** Takes a sample that came out of the pipeline. One that makes no multiple-choice question is counted by reason. */
  take(sample: Sample): void {
    const row = mmluRow(sample);
    if (row instanceof Drop) {
      this.#left.set(row.reason, (this.#left.get(row.reason) ?? 0) + 1);
      return;
    }
    const leaf = leafOf(sample);
    const rows = this.#leaves.get(leaf) ?? { stem: this.#stem(sample, leaf), lines: [] };
    this.#leaves.set(leaf, rows);
    rows.lines.push(`${JSON.stringify(row)}\n`);
  }

  /** Writes all files; gives a line for each, and one for every reason that left samples out. */
  async finish(): Promise<string[]> {
    for (const { stem, lines } of this.#leaves.values()) {
      const data = `mmlubench_${stem}.jsonl`;
      await writeRows(join(this.folder, data), Readable.from(lines.map((line) => Buffer.from(line))));
      await writeFile(join(this.folder, `${stem}_task.yaml`), mmluTask(stem, resolve(this.folder, data)));
    }
    const made = ({ stem, lines }: LeafRows): string => `${join(this.folder, `${stem}_task.yaml`)}: ${counted(lines.length, 'question')}`;
    return [
      ...Array.from(this.#leaves.values(), made),
      ...Array.from(this.#left, ([reason, n]) => {
        return `${counted(n, 'sample')} ${n === 1 ? 'makes' : 'make'} no question for the evaluation: ${reason}`;
      }),
    ];
  }

  /** Two leaves whose names come out equal get files of their own. */
  #stem(sample: Sample, leaf: string): string {
    const column = sample['leaf_node_path'];
    const plain =
      (typeof column === 'string' && column !== '' ? column : leaf).replaceAll(/[/\\\0]+/g, '_').replace(/^\.+/, '') || 'samples';
    const taken = [...this.#leaves.values()].some(({ stem }) => stem === plain);
    return taken ? `${plain}_${contentHash(leaf).slice(0, 8)}` : plain;
  }
}
