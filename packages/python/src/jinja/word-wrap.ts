export interface WrapOptions {
  readonly width: number;
  /** Cut words that are longer than a line. */
  readonly breakLong: boolean;
  /** Break compound words behind their hyphens. */
  readonly onHyphens: boolean;
}

const COMPOUND = /(?<=[\p{L}\p{N}_](?<![\d_])-)(?=[\p{L}\p{N}_]+(?<![\d_]))/u;

/** The lines of a text, each at most `width` characters, as Python's `textwrap.wrap` breaks them; blank lines stay. */
export function wordWrap(text: string, { width, breakLong, onHyphens }: WrapOptions): string[] {
  const lines: string[] = [];
  for (const paragraph of text.replace(/\n$/, '').split('\n')) {
    const chunks = paragraph
      .split(/(\s+)/)
      .filter(Boolean)
      .flatMap((chunk) => (onHyphens && /\S/.test(chunk) ? chunk.split(COMPOUND) : [chunk]))
      .reverse();
    const wrapped: string[] = [];
    while (chunks.length > 0) {
      // White space at the beginning of a line that is not the first goes.
      if (wrapped.length > 0 && chunks.at(-1)!.trim() === '') chunks.pop();
      const line: string[] = [];
      let length = 0;
      for (let next = chunks.at(-1); next !== undefined && length + next.length <= width; next = chunks.at(-1)) {
        line.push(chunks.pop()!);
        length += next.length;
      }
      const next = chunks.at(-1);
      if (next !== undefined && next.length > width) {
        const room = Math.max(1, width - length);
        if (breakLong) {
          line.push(next.slice(0, room));
          chunks[chunks.length - 1] = next.slice(room);
        } else if (line.length === 0) line.push(chunks.pop()!);
      }
      if (line.at(-1)?.trim() === '') line.pop();
      if (line.length > 0) wrapped.push(line.join(''));
    }
    lines.push(...(wrapped.length > 0 ? wrapped : ['']));
  }
  return lines;
}
