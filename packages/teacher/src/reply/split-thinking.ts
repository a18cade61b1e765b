import { SdgError, type TeacherRequest, type TokenLogprob } from '@sdg/core';
import { compilePattern } from '@sdg/python/regex';

/** What a model wrote, taken apart. */
export interface SplitText {
  readonly answer: string;
  /** Absent where it showed no thoughts. */
  readonly reasoning?: string;
}

/** Takes the thinking out of a text that was written for this request. */
export type SplitThinking = (text: string, request?: Pick<TeacherRequest, 'contract' | 'prompt' | 'messages'>) => SplitText;

interface Mark {
  /** Regular expressions of the marks around a thought. */
  readonly open: string;
  readonly close: string;
  /** Thinking only where a text begins with it: the words mean other things elsewhere, or a prompt asks for them. */
  readonly atStart?: boolean;
  /** No thinking where it is never closed. */
  readonly closed?: boolean;
}

/** Words for thinking that are words for an answer, too. */
const THOUGHTS =
  'thoughts?|reasoning|analysis|scratchpad|reflection|inner_monologue|internal_thoughts?|thought_process|chain_of_thought|cot|rationale';

/** How models mark what they think, where no server takes it apart. */
const MARKS: readonly Mark[] = [
  // DeepSeek R1, Qwen, QwQ, GLM, Nemotron, MiniMax; with a name of the maker's: Seed-OSS, LongCat, Claude; with attributes.
  {
    open: '<(?:[a-z]{1,10}[:_]|ant)?think(?:ing)?(?:_(?:fast|process|block))?(?:\\s[^<>]*)?>',
    close: '</(?:[a-z]{1,10}[:_]|ant)?think(?:ing)?(?:_(?:fast|process|block))?\\s*>',
  },
  // Magistral.
  { open: '\\[THINK(?:ING)?\\]', close: '\\[/THINK(?:ING)?\\]' },
  // Kimi.
  { open: '◁think(?:ing)?▷', close: '◁/think(?:ing)?▷' },
  { open: '<\\|think(?:ing)?\\|>', close: '<\\|/think(?:ing)?\\|>' },
  // Sky-T1 and OpenThinker; Command A; MedGemma; Gemma 4.
  { open: '<\\|begin_of_thought\\|>', close: '<\\|end_of_thought\\|>' },
  { open: '<\\|(?:thought|think(?:ing)?)_start\\|>', close: '<\\|(?:thought|think(?:ing)?)_end\\|>' },
  { open: '<start_of_(?:thought|thinking)>', close: '<end_of_(?:thought|thinking)>' },
  { open: '<\\|START_THINKING\\|>', close: '<\\|END_THINKING\\|>' },
  { open: '<unused94>(?:thought)?', close: '<unused95>' },
  { open: '<\\|channel>thought', close: '<channel\\|>' },
  // EXAONE and others, who share the words with prompts that ask for them.
  {
    open: `<(?:${THOUGHTS})>`,
    close: `</(?:${THOUGHTS})>`,
    atStart: true,
  },
  { open: '\\[(?:REASONING|THOUGHTS?)\\]', close: '\\[/(?:REASONING|THOUGHTS?)\\]', atStart: true, closed: true },
  // Granite 3.2; Apriel.
  { open: "(?:Here is|Here's) my thought process:", close: "(?:Here is|Here's) my response:", atStart: true, closed: true },
  { open: 'Here are my reasoning steps:', close: '\\[BEGIN FINAL RESPONSE\\]', atStart: true, closed: true },
];
const ANY_MARK = new RegExp(MARKS.map(({ open, close }) => `(${open})|(${close})`).join('|'), 'giu');
const eachMark = MARKS.map(({ open, close }) => new RegExp(`${open}|${close}`, 'iu'));

/** What stands around an answer that follows a thought, and at the end of one whose server leaves its last token in. */
const WRAPPINGS = /<\|(?:begin|end)_of_(?:solution|box)\|>|<\|(?:START|END)_RESPONSE\|>|\[END FINAL RESPONSE\]/gu;
const LAST_TOKEN =
  /(?:\s*(?:<\|(?:im_end|eot_id|endoftext|end_of_text|end|return|eom_id)\|>|<end_of_turn>|<｜end▁of▁sentence｜>|<\/s>))+\s*$/u;

/** Quotation marks that make a tag a word that is spoken of. */
const QUOTES: Readonly<Record<string, string>> = { '`': '`', '"': '"', "'": "'", '“': '”', '‘': '’', '«': '»' };

const isQuoted = (text: string, from: number, to: number): boolean => from > 0 && to < text.length && QUOTES[text[from - 1]!] === text[to];

/** Whether a tag stands within a line of prose: "the <think> tag". */
const isInSentence = (text: string, from: number, to: number): boolean =>
  /[\p{L}\p{N},;:(] ?$/u.test(text.slice(Math.max(0, from - 2), from)) && /^(?: [\p{L}\p{N}(]|[.,;:)])/u.test(text.slice(to, to + 2));

/** Whether a place is inside a fenced block that began after `start`. */
const isFenced = (text: string, start: number, at: number): boolean =>
  (text.slice(start, at).match(/^[ \t]*```/gmu)?.length ?? 0) % 2 === 1;

/** Marks that a pipeline looks for in replies, or asks for in so many words: what they enclose is meant as an answer. */
function askedFor({ contract, prompt, messages = [] }: Parameters<SplitThinking>[1] & object): ReadonlySet<number> {
  const sought = [...(contract?.startTags ?? []), ...(contract?.endTags ?? []), contract?.pattern?.replaceAll('\\', '') ?? ''].join('\n');
  const asked = new Set<number>();
  for (const [i, mark] of eachMark.entries()) {
    const isAsked =
      mark.test(sought) || (MARKS[i]!.atStart && [prompt ?? '', ...messages.map(({ content }) => content)].some((text) => mark.test(text)));
    if (isAsked) asked.add(i);
  }
  return asked;
}

/** A mark in a text: of which kind, whether it closes, and where it stands. */
interface FoundMark {
  readonly kind: number;
  readonly closes: boolean;
  readonly at: number;
  readonly end: number;
}

/** The marks in a text that are neither spoken of in quotes nor asked for. */
function marksIn(text: string, request: Parameters<SplitThinking>[1]): FoundMark[] {
  const matches = [...text.matchAll(ANY_MARK)];
  if (matches.length === 0) return [];
  const asked = request ? askedFor(request) : new Set<number>();
  return matches
    .map((match) => {
      const group = match.slice(1).findIndex((found) => found !== undefined);
      return { kind: group >> 1, closes: group % 2 === 1, at: match.index, end: match.index + match[0].length };
    })
    .filter(({ kind, at, end }) => !asked.has(kind) && !isQuoted(text, at, end));
}

/** Takes the marks of a text in order, and tells what is thought from what is answered. */
class TagSplitter {
  readonly #text: string;
  readonly #thoughts: string[] = [];
  #answer = '';
  /** Where that begins which is neither yet. */
  #from = 0;
  #open: FoundMark | undefined;
  /** Tags were spoken of: one that closes may be, too. */
  #isSpokenOf = false;

  constructor(text: string) {
    this.#text = text;
  }

  take(mark: FoundMark): void {
    if (!this.#open) return mark.closes ? this.#closeUnopened(mark) : this.#opens(mark);
    if (!mark.closes || mark.kind !== this.#open.kind) return;
    this.#thoughts.push(this.#text.slice(this.#open.end, mark.at));
    this.#from = mark.end;
    this.#open = undefined;
  }

  /** Opened before the text began: all until here was thought. */
  #closeUnopened(mark: FoundMark): void {
    if (MARKS[mark.kind]!.atStart || (this.#isSpokenOf && this.#isProse(mark))) return;
    this.#thoughts.push(this.#text.slice(0, mark.at));
    this.#answer = '';
    this.#from = mark.end;
  }

  #opens(mark: FoundMark): void {
    if (MARKS[mark.kind]!.atStart && this.#text.slice(0, mark.at).trim() !== '') return;
    if (this.#isProse(mark)) {
      this.#isSpokenOf = true;
      return;
    }
    this.#answer += this.#text.slice(this.#from, mark.at);
    this.#open = mark;
    this.#from = this.#text.length;
  }

  /** Whether a mark is part of a sentence, or of a code block. */
  #isProse({ at, end }: FoundMark): boolean {
    return isInSentence(this.#text, at, end) || isFenced(this.#text, this.#from, at);
  }

  end(): SplitText {
    const isUnclosed = this.#open && MARKS[this.#open.kind]!.closed;
    const thoughts = this.#open ? [...this.#thoughts, this.#text.slice(this.#open.end)] : this.#thoughts;
    if (isUnclosed || thoughts.length === 0) return { answer: this.#text };
    return { answer: `${this.#answer}${this.#text.slice(this.#from)}`.replace(WRAPPINGS, ''), reasoning: thoughts.join('\n') };
  }
}

/** Thoughts between tags: closed, opened by the chat template and so only closed, or never closed. */
function splitTags(text: string, request: Parameters<SplitThinking>[1]): SplitText {
  const splitter = new TagSplitter(text);
  for (const mark of marksIn(text, request)) splitter.take(mark);
  return splitter.end();
}

const CHANNEL = /<\|(start|channel|message|end|return|call|constrain)\|>/gu;

/**
 * The channels of gpt-oss ("harmony"): `final` is the answer, `analysis` and `commentary` are thoughts. Undefined where
 * there are none.
 */
function splitChannels(text: string): SplitText | undefined {
  if (!text.includes('<|channel|>') && !/<\|start\|>assistant|<\|message\|>/u.test(text)) return undefined;
  const answers: string[] = [];
  const thoughts: string[] = [];
  // A text that begins in the middle began in the channel that the template opened.
  let channel = 'analysis';
  let before = '';
  let from = 0;
  const take = (piece: string): void => {
    if (before === 'channel') channel = /^\s*(\w+)/u.exec(piece)?.[1] ?? channel;
    else if (before === 'message' || before === '') (channel === 'final' ? answers : thoughts).push(piece);
    // A message without a channel is an answer.
    else if (before === 'start') channel = 'final';
  };
  for (const match of text.matchAll(CHANNEL)) {
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
  const [opening] = /^\s*(?:assistant)?analysis/u.exec(text) ?? [];
  if (opening === undefined) return undefined;
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
    const known = splitChannels(first.answer) ?? splitBareChannels(first.answer) ?? splitTags(first.answer, request);
    const reasoning = [first.reasoning, known.reasoning]
      .filter((part) => part !== undefined)
      .map((part) => part.trim())
      .join('\n');
    const isThought = first.reasoning !== undefined || known.reasoning !== undefined;
    const answer = withoutLastToken(known.answer);
    return isThought ? { answer: answer.trimStart(), reasoning } : { answer };
  };
}

/** An end token is no text, except where it closes a struck-out passage. */
function withoutLastToken(text: string): string {
  const last = LAST_TOKEN.exec(text);
  return !last || (last[0].includes('</s>') && text.includes('<s>')) ? text : text.slice(0, last.index);
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
