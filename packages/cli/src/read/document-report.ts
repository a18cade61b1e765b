import { defined } from '@sdg/values';
import { extname } from 'node:path';
import { openNdjson, type NdjsonFile } from '@sdg/core';
import { DocumentStats, type FileResult } from '@sdg/documents';

/** What is told of documents that were read: figures at the end, and on request every text that was left out. */
export class DocumentReport {
  readonly stats: DocumentStats;

  private constructor(
    limit: number,
    private readonly unit: string,
    private readonly dropped: NdjsonFile | undefined,
  ) {
    this.stats = new DocumentStats(limit);
  }

  /** Opens `droppedFile` for the texts that are left out. Fails with `usage` if it cannot be written. */
  static async open({ limit, words, dropped }: { limit: number; words: boolean; dropped?: string | undefined }): Promise<DocumentReport> {
    return new DocumentReport(limit, words ? 'words' : 'tokens', dropped === undefined ? undefined : await openNdjson(dropped));
  }

  readonly onDocument = (file: string, result: FileResult): void => {
    this.stats.add(file, result);
    for (const { text, reason, page, line } of result.dropped) {
      this.dropped?.write({ file, reason, ...defined({ page, line }), text });
    }
  };

  readonly onOther = (file: string): void => {
    const ending = extname(file).toLowerCase() || 'without an ending';
    this.stats.others.set(ending, (this.stats.others.get(ending) ?? 0) + 1);
  };

  /** Lines for a person; none where no documents were looked at. */
  lines(): string[] {
    return this.stats.files === 0 && this.stats.others.size === 0 ? [] : this.stats.lines(this.unit);
  }

  close = async (): Promise<void> => this.dropped?.close();
}
