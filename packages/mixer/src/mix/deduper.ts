import { ExactIndex, NearIndex, TemplateWatch, describeTemplates } from '@sdg/similarity';
import type { RowMark } from '../treat/row-mark.js';

/**
 * Tells rows that say something new from those that repeat an earlier one, in all datasets of the mix; the first wins.
 * Exact duplicates share a hash of their turns; near ones are found by the index that blocks use too. Takes some 20
 * bytes a row for exact, 290 for near, and any number of rows.
 */
export class Deduper {
  readonly #exact = new ExactIndex();
  readonly #near: NearIndex;
  readonly #templates = new TemplateWatch();

  /** `threshold`: similarity from which rows are near duplicates. */
  constructor(threshold: number) {
    this.#near = new NearIndex({ threshold });
  }

  /** Where near ones were looked for: whether rows that share a template were taken for repeats. */
  get warning(): string | undefined {
    const { finding } = this.#templates;
    return finding && describeTemplates(finding);
  }

  isNew(mark: RowMark): boolean {
    const isNew = this.#decide(mark);
    if (mark.signature && mark.meaning) this.#templates.see(mark.meaning[0], !isNew);
    return isNew;
  }

  #decide({ key, signature }: RowMark): boolean {
    if (key === undefined) return true;
    if (signature && this.#near.find(signature)) return false;
    if (!this.#exact.add(key)) return false;
    if (signature) this.#near.add(signature);
    return true;
  }
}
