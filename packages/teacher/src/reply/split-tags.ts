import { hasOpening, marksIn, type FoundMark } from './found-marks.js';
import type { Asked, SplitText } from './split-text.js';
import { isFenced, isInJsonText, isInSentence } from './spoken-of.js';
import { MARKS } from './thinking-marks.js';

/** Takes the marks of a text in order, and tells what is thought from what is answered. */
class TagSplitter {
  readonly #thoughts: string[] = [];
  #answer = '';
  /** Where that begins which is neither yet. */
  #from = 0;
  #open: FoundMark | undefined;
  /** Tags were spoken of: one that closes may be, too. */
  #isSpokenOf = false;

  constructor(
    private readonly text: string,
    private readonly marks: readonly FoundMark[],
  ) {}

  take(mark: FoundMark): void {
    if (!this.#open) return mark.closes ? this.#closeUnopened(mark) : this.#opens(mark);
    if (!mark.closes || mark.kind !== this.#open.kind) return;
    this.#thoughts.push(this.text.slice(this.#open.end, mark.at));
    this.#from = mark.end;
    this.#open = undefined;
  }

  /** Opened before the text began: all until here was thought. */
  #closeUnopened(mark: FoundMark): void {
    if (MARKS[mark.kind]!.atStart && !this.#isLoneClosing(mark)) return;
    if (this.#isProse(mark) && (this.#isSpokenOf || this.#isOneLine(mark))) return;
    // A dataset about models names their tags.
    if (isInJsonText(this.text, mark.at, mark.end)) return;
    this.#thoughts.push(this.text.slice(0, mark.at));
    this.#answer = '';
    this.#from = mark.end;
  }

  #opens(mark: FoundMark): void {
    if (MARKS[mark.kind]!.atStart && this.text.slice(0, mark.at).trim() !== '') return;
    const isLast = this.marks.at(-1) === mark;
    if (this.#isProse(mark) || (isLast && isInJsonText(this.text, mark.at, mark.end))) {
      this.#isSpokenOf = true;
      return;
    }
    this.#answer += this.text.slice(this.#from, mark.at);
    this.#open = mark;
    this.#from = this.text.length;
  }

  /** `</thought>` on a line of its own, and nothing that opens it. */
  #isLoneClosing(mark: FoundMark): boolean {
    const [before, after] = [this.text.slice(0, mark.at), this.text.slice(mark.end)];
    const isTag = this.text[mark.at] === '<' && !MARKS[mark.kind]!.closed;
    return isTag && /\n[ \t]*$/u.test(before) && /^[ \t]*\n/u.test(after) && !hasOpening(this.marks, mark);
  }

  /** Whether one line of prose leads up to a mark, and goes on behind it: a question about the tag, say. */
  #isOneLine({ at, end }: FoundMark): boolean {
    return !this.text.slice(0, at).includes('\n') && /^ \p{Ll}/u.test(this.text.slice(end));
  }

  /** Whether a mark is part of a sentence, or of a code block. */
  #isProse({ at, end }: FoundMark): boolean {
    return isInSentence(this.text, at, end) || isFenced(this.text, this.#from, at);
  }

  /** A thought that no mark of its own kind closes may be closed by that of another: `<thought>…</think>`. */
  #closeOtherwise(): void {
    const open = this.#open;
    const other = open && this.marks.find((mark) => mark.closes && mark.at >= open.end && !this.#isProse(mark));
    if (open && other) this.take({ ...other, kind: open.kind });
  }

  end(): SplitText {
    this.#closeOtherwise();
    const isUnclosed = this.#open && MARKS[this.#open.kind]!.closed;
    const thoughts = this.#open ? [...this.#thoughts, this.text.slice(this.#open.end)] : this.#thoughts;
    if (isUnclosed || thoughts.length === 0) return { answer: this.text };
    return { answer: `${this.#answer}${this.text.slice(this.#from)}`, reasoning: thoughts.join('\n') };
  }
}

/** Thoughts between tags: closed, opened by the chat template and so only closed, or never closed. */
export function splitTags(text: string, request: Asked | undefined): SplitText {
  const marks = marksIn(text, request);
  if (marks.length === 0) return { answer: text };
  const splitter = new TagSplitter(text, marks);
  for (const mark of marks) splitter.take(mark);
  return splitter.end();
}
