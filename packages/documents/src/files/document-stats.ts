import { counted, groupDigits } from '@sdg/values';
import type { FileResult } from '../pool/chunk-file.js';

/** Upper ends of the histogram's bars, in shares of the limit; the last has what is above. */
const BARS = [0.1, 0.25, 0.5, 0.75, 1];

/** What was read, added up: files, pages, chunks, tokens, and the files that gave nothing. */
export class DocumentStats {
  files = 0;
  pages = 0;
  chunks = 0;
  tokens = 0;
  characters = 0;
  dropped = 0;
  /** Chunks by size, one a bar of {@link BARS}. */
  readonly sizes: number[] = BARS.map(() => 0);
  readonly nothing: { file: string; why: string }[] = [];
  /** Files of other kinds, by their endings. */
  readonly others = new Map<string, number>();

  constructor(private readonly limit: number) {}

  add(file: string, { chunks, sizes, pages, failure, dropped, characters }: FileResult): void {
    this.files++;
    this.pages += pages ?? 0;
    this.chunks += chunks.length;
    this.dropped += dropped.length;
    this.characters += characters;
    for (const size of sizes) {
      this.tokens += size;
      const bar = BARS.findIndex((end) => size <= end * this.limit);
      this.sizes[bar === -1 ? BARS.length - 1 : bar]!++;
    }
    if (failure) this.nothing.push({ file, why: failure.message });
  }

  /** Lines for a person: `12 files, 130 pages, 214 chunks, 61,402 tokens`, a histogram, and what gave nothing. */
  lines(unit = 'tokens'): string[] {
    const most = Math.max(1, ...this.sizes);
    const widths = BARS.map(
      (end, i) => [Math.floor((BARS[i - 1] ?? 0) * this.limit) + (i === 0 ? 0 : 1), Math.floor(end * this.limit)] as const,
    );
    const bars =
      this.chunks === 0
        ? []
        : widths.map(([from, to], i) => {
            const count = this.sizes[i] ?? 0;
            return (
              `  ${`${groupDigits(from)}–${groupDigits(to)} ${unit}`.padStart(22)} ${'█'.repeat(Math.round((count / most) * 30))}` +
              `${count > 0 ? ' ' : ''}${groupDigits(count)}`
            );
          });
    const others = [...this.others].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return [
      [
        counted(this.files, 'file'),
        ...(this.pages > 0 ? [counted(this.pages, 'page')] : []),
        counted(this.chunks, 'chunk'),
        `${groupDigits(this.tokens)} ${unit}`,
      ].join(', ') + (this.dropped > 0 ? `; ${counted(this.dropped, 'text')} left out (--dropped FILE lists them)` : ''),
      ...bars,
      ...(others.length > 0 ? [`passed over: ${others.map(([ending, count]) => `${groupDigits(count)} ${ending}`).join(', ')}`] : []),
      ...(this.nothing.length > 0
        ? [
            `${counted(this.nothing.length, 'file')} gave nothing:`,
            ...this.nothing.slice(0, 20).map(({ file, why }) => `  ${file}: ${why}`),
          ]
        : []),
      ...(this.nothing.length > 20 ? [`  and ${groupDigits(this.nothing.length - 20)} more`] : []),
    ];
  }
}
