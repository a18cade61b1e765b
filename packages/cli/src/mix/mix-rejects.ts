import type { SdgError } from '@sdg/core';
import type { RejectedRow, Repeat } from '@sdg/mixer';
import type { NdjsonFile } from '@sdg/core';

/** Notes of single rows on stderr before it is only counted. */
const SHOWN = 10;

/** Where rows go that cannot be used: counted, shown, and on record with `--rejects`. */
export class MixRejects {
  count = 0;
  readonly onBadLine: ((error: SdgError, line: string) => void) | undefined;
  readonly onBadRow: ((row: RejectedRow) => void) | undefined;
  readonly #file: NdjsonFile | undefined;

  /** Puts rows on record that mean what another one means. */
  readonly onRepeat = ({ dataset, said, similarity, text }: Repeat): void => {
    this.#file?.write({ dataset, reason: 'semantic duplicate', similarity: Math.round(similarity * 1000) / 1000, said, like: text });
  };

  private constructor(skip: boolean, complain: (text: string) => void, file: NdjsonFile | undefined) {
    this.#file = file;
    if (!skip) return;
    const book = (dataset: string, error: SdgError, text: string): void => {
      this.count++;
      if (this.count <= SHOWN) complain(`${error.place ? error.message.split(';')[0]! : error.what}; left out`);
      if (this.count === SHOWN) complain('further bad rows are left out without a note');
      file?.write({ dataset, ...error.place, message: error.what, row: text });
    };
    this.onBadLine = (error, text) => book('stdin', error, text);
    this.onBadRow = ({ dataset, error, text }) => book(dataset, error, text);
  }

  static async open(skip: boolean, path: string | undefined, complain: (text: string) => void): Promise<MixRejects> {
    return new MixRejects(skip, complain, path === undefined ? undefined : await (await import('@sdg/core')).openNdjson(path));
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}
