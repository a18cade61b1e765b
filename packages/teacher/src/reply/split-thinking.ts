import { SdgError, type TeacherRequest, type TokenLogprob } from '@sdg/core';
import { compilePattern } from '@sdg/python/regex';
import { isFenced, isInJsonText, isInSentence, isQuoted, MARKS, withoutLastToken, withoutWrappings } from './thinking-marks.js';
import { ownTurn, hasTurnTokens, withoutHeader } from './turns.js';

/** What a model wrote, taken apart. */
export interface SplitText {
  readonly answer: string;
  /** Absent where it showed no thoughts. */
  readonly reasoning?: string;
}

/** Takes the thinking out of a text that was written for this request. */
export type SplitThinking = (text: string, request?: Pick<TeacherRequest, 'contract' | 'prompt' | 'messages'>) => SplitText;

const marksOf = (marks: typeof MARKS): RegExp => new RegExp(marks.map(({ open, close }) => `(${open})|(${close})`).join('|'), 'giu');
/** Those that count wherever they stand, which come first; and with the words that only begin a text, which are dear to look for. */
const TAGS = marksOf(MARKS.filter(({ closed }) => !closed));
const ANY_MARK = marksOf(MARKS);
const BEGINS = new RegExp(
  `^\\s*(?:${MARKS.filter(({ closed }) => closed)
    .map(({ open }) => open)
    .join('|')})`,
  'iu',
);
const eachMark = MARKS.map(({ open, close }) => new RegExp(`${open}|${close}`, 'iu'));

type Asked = NonNullable<Parameters<SplitThinking>[1]>;
const promptOf = ({ prompt = '', messages = [] }: Asked): string => [prompt, ...messages.map(({ content }) => content)].join('\n');

/** What a pipeline looks for in replies. */
const soughtBy = ({ contract }: Asked): string =>
  [...(contract?.startTags ?? []), ...(contract?.endTags ?? []), contract?.pattern?.replaceAll('\\', '') ?? ''].join('\n');

/** What a pipeline asked for in words of its own: a prompt for completions has the tokens of turns in it always. */
const saidBy = (request: Asked): string => [soughtBy(request), ...(request.messages ?? []).map(({ content }) => content)].join('\n');

/** Whether a pipeline looks for marks of a kind, or its prompt speaks of them. */
function wordOn(kind: number, request: Asked): 'sought' | 'spoken of' | undefined {
  const mark = eachMark[kind]!;
  if (mark.test(soughtBy(request))) return 'sought';
  return mark.test(promptOf(request)) ? 'spoken of' : undefined;
}

/** A mark in a text: of which kind, whether it closes, and where it stands. */
interface FoundMark {
  readonly kind: number;
  readonly closes: boolean;
  readonly at: number;
  readonly end: number;
}

/** Whether a pair of marks stands in quotes as a whole: `"<think>.*?</think>"`. */
const isQuotedPair = (text: string, open: FoundMark | undefined, close: FoundMark | undefined): boolean =>
  open !== undefined &&
  close?.kind === open.kind &&
  !open.closes &&
  close.closes &&
  !text.slice(open.at, close.at).includes('\n') &&
  isQuoted(text, open.at, close.end);

/**
 * The marks in a text that are neither spoken of in quotes nor asked for: what those that a pipeline looks for enclose is
 * an answer; those that its prompt speaks of are thinking at the start of a text alone, or an answer where their words
 * mean other things too.
 */
function marksIn(text: string, request: Parameters<SplitThinking>[1]): FoundMark[] {
  const marks = BEGINS.test(text) ? ANY_MARK : TAGS;
  // Most texts have none: `matchAll` begins with a copy of the expression.
  if (text.search(marks) < 0) return [];
  const all = [...text.matchAll(marks)].map((match): FoundMark => {
    const group = match.slice(1).findIndex((found) => found !== undefined);
    return { kind: group >> 1, closes: group % 2 === 1, at: match.index, end: match.index + match[0].length };
  });
  const words = new Map(all.map(({ kind }) => [kind, request && wordOn(kind, request)]));
  return all.filter((mark, i) => {
    if (isQuoted(text, mark.at, mark.end) || isQuotedPair(text, mark, all[i + 1]) || isQuotedPair(text, all[i - 1], mark)) return false;
    if (request && mark.closes && isInValue(text, mark, request)) return false;
    const word = words.get(mark.kind);
    if (word === 'sought' || (word && MARKS[mark.kind]!.atStart)) return false;
    return !word || text.slice(0, all.find(({ kind }) => kind === mark.kind)!.at).trim() === '' || (mark.closes && !hasOpening(all, mark));
  });
}

/**
 * Whether a mark stands in a sentence between two tags that the pipeline looks for: a value that speaks of it. A draft would end
 * with it, and the next tag begin another value.
 */
function isInValue(text: string, { at, end }: FoundMark, { contract }: Asked): boolean {
  const [starts, ends] = [contract?.startTags ?? [], contract?.endTags ?? []].map((tags) => tags.filter((tag) => tag !== ''));
  const last = (tags: readonly string[]): number => Math.max(-1, ...tags.map((tag) => text.lastIndexOf(tag, at)));
  const next = (tags: readonly string[]): number =>
    Math.min(...tags.map((tag) => text.indexOf(tag, end)).filter((found) => found >= 0), Number.POSITIVE_INFINITY);
  return last(starts!) > last(ends!) && next(ends!) < next(starts!) && isInSentence(text, at, end);
}

const hasOpening = (all: readonly FoundMark[], { kind }: FoundMark): boolean => all.some((mark) => mark.kind === kind && !mark.closes);

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
function splitTags(text: string, request: Parameters<SplitThinking>[1]): SplitText {
  const marks = marksIn(text, request);
  if (marks.length === 0) return { answer: text };
  const splitter = new TagSplitter(text, marks);
  for (const mark of marks) splitter.take(mark);
  return splitter.end();
}

const CHANNEL = /<\|(start|channel|message|end|return|call|constrain)\|>/gu;

/**
 * The channels of gpt-oss ("harmony"): `final` is the answer, `analysis` and `commentary` are thoughts. Undefined where
 * there are none.
 */
function splitChannels(text: string): SplitText | undefined {
  if (!text.includes('<|') || !/<\|channel\|>|<\|start\|>assistant|<\|message\|>/u.test(text)) return undefined;
  const marks = [...text.matchAll(CHANNEL)].filter(({ 0: mark, index }) => !isInJsonText(text, index, index + mark.length));
  if (marks.length === 0) return undefined;
  const answers: string[] = [];
  const thoughts: string[] = [];
  // A text that begins in the middle began in the channel that the template opened.
  let channel = 'analysis';
  let before = '';
  let from = 0;
  const take = (piece: string): void => {
    if (before === 'channel') channel = /^\s*(\w+)/u.exec(piece)?.[1] ?? channel;
    else if (before === 'message' || before === '') (channel === 'final' ? answers : thoughts).push(piece);
    // What follows the end of a thought without a word on what it is, is no thought.
    else if (before === 'end' && piece.trim() !== '' && answers.length === 0) answers.push(piece);
    // A message without a channel is an answer.
    else if (before === 'start') channel = 'final';
  };
  for (const match of marks) {
    take(text.slice(from, match.index));
    before = match[1]!;
    from = match.index + match[0].length;
  }
  take(text.slice(from));
  const reasoning = thoughts
    .map((thought) => thought.trim())
    .filter(Boolean)
    .join('\n');
  return { answer: answers.join('\n'), ...(reasoning !== '' && { reasoning }) };
}

/** The same after a server has taken the special tokens out: `analysisWe need …assistantfinalThe answer`. */
function splitBareChannels(text: string): SplitText | undefined {
  const [opening] = /^\s*(?:assistant)?(?:analysis|commentary)/u.exec(text) ?? [];
  if (opening === undefined) {
    const [only] = /^\s*(?:assistant)?final(?=\p{Lu})/u.exec(text) ?? [];
    return only === undefined ? undefined : { answer: text.slice(only.length) };
  }
  const final = /assistant\s?final(?:<\|message\|>)?/u.exec(text);
  if (final) return { answer: text.slice(final.index + final[0].length), reasoning: text.slice(opening.length, final.index) };
  // Cut off while it thought: no word goes on with a capital letter.
  return /^\p{Lu}/u.test(text.slice(opening.length)) ? { answer: '', reasoning: text.slice(opening.length) } : undefined;
}

/** What a pattern of the user's own finds is thinking: its first group that took part, or the whole. */
function splitPattern(source: string): (text: string) => SplitText {
  const [, flags = '', rest = ''] = /^((?:\(\?[aiLmsux]+\))?)([^]*)$/u.exec(source)!;
  const pattern = compilePattern(`${flags}(${rest})`);
  return (text) => {
    const thoughts: string[] = [];
    let answer = '';
    let from = 0;
    for (const [whole = '', ...groups] of pattern.findAll(text)) {
      if (whole === '') continue;
      const at = text.indexOf(whole, from);
      answer += text.slice(from, at);
      from = at + whole.length;
      thoughts.push(groups.find((group) => group !== '') ?? whole);
    }
    return thoughts.length === 0 ? { answer: text } : { answer: answer + text.slice(from), reasoning: thoughts.join('\n') };
  };
}

/**
 * How the thinking in a text is told from the answer. Known without a word from the user: tags such as `<think>`,
 * closed, opened by the chat template or never closed; the channels of gpt-oss; the phrases of Granite and Apriel. Tags
 * that are quoted, or that the pipeline itself looks for, are text. `pattern`, a Python regular expression, adds what
 * else is thinking; `off` leaves texts as they are.
 *
 * @example splitterOf()('<think>Hm.</think>\n\nYes.'); // { answer: 'Yes.', reasoning: 'Hm.' }
 * @throws SdgError `usage` for a pattern that does not parse
 */
export function splitterOf(pattern?: string): SplitThinking {
  if (pattern === 'off') return (text) => ({ answer: text });
  let own: ((text: string) => SplitText) | undefined;
  try {
    own = pattern === undefined ? undefined : splitPattern(pattern);
  } catch (error) {
    throw new SdgError('usage', `--thinking: the pattern does not parse: ${(error as Error).message}`, {
      remedy: 'give a Python regular expression, or off',
      cause: error,
    });
  }
  return (whole, request) => {
    const first: SplitText = own?.(whole) ?? { answer: whole };
    const isRaw = hasTurnTokens(first.answer) && !(request && hasTurnTokens(saidBy(request)));
    const begun = isRaw ? withoutHeader(first.answer) : first.answer;
    const known = splitChannels(begun) ?? splitBareChannels(begun) ?? splitTags(begun, request);
    const turn: SplitText = isRaw ? ownTurn(known.answer) : known;
    const reasoning = [first.reasoning, known.reasoning, isRaw ? turn.reasoning : undefined]
      .filter((part) => part !== undefined)
      .map((part) => part.trim())
      .join('\n');
    const isThought = [first, known, turn].some((part) => part.reasoning !== undefined);
    const asked = (): string => (request ? `${soughtBy(request)}\n${promptOf(request)}` : '');
    const answer = withoutWrappings(withoutLastToken(turn.answer), isThought, asked);
    return isThought ? { answer: answer.trimStart(), reasoning } : { answer };
  };
}

/** The log probabilities of the answer's tokens alone: servers give those of the thinking before them. */
export function answerLogprobs(logprobs: readonly TokenLogprob[], answer: string): readonly TokenLogprob[] {
  const start = logprobs
    .map(({ token }) => token)
    .join('')
    .lastIndexOf(answer);
  if (start <= 0) return logprobs;
  let at = 0;
  return logprobs.filter(({ token }) => (at += token.length) > start);
}
