import { parseExactly } from './exact-numbers.js';
import { passes } from './passes.js';
import type { ColumnFilter } from './row-rules.js';
import { spells, type Span } from './span.js';

const [QUOTE, BACKSLASH] = [0x22, 0x5c] as const;

/** A filter that looks at a value where it stands; makes a value of it only where its bytes do not tell. */
export class ByteFilter {
  readonly column: string;
  readonly #filter: ColumnFilter;
  /** The text that the one condition compares with, as JSON, if that is all there is to it. */
  readonly #text: Buffer | undefined;
  /** Whether rows with that text pass. */
  readonly #keeps: boolean;

  constructor(filter: ColumnFilter) {
    const { column, ...conditions } = filter;
    this.column = column;
    this.#filter = filter;
    this.#keeps = 'equals' in conditions;
    const compared = this.#keeps ? conditions.equals : conditions.not;
    if (Object.keys(conditions).length === 1 && typeof compared === 'string') this.#text = Buffer.from(JSON.stringify(compared));
  }

  /** Whether a row passes that has the value at `span`, or none. */
  passes(buffer: Buffer, span: Span | undefined): boolean {
    if (!span) return passes(null, this.#filter);
    const text = this.#text;
    if (text && buffer[span.start] === QUOTE && !isEscaped(buffer, span)) {
      return (text.length === span.end - span.start && spells(buffer, span.start, text)) === this.#keeps;
    }
    return passes(parseExactly(buffer.toString('utf8', span.start, span.end)), this.#filter);
  }
}

function isEscaped(buffer: Buffer, { start, end }: Span): boolean {
  for (let at = start; at < end; at++) if (buffer[at] === BACKSLASH) return true;
  return false;
}
