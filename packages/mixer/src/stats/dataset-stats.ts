import type { DistinctShares, Embedder, MeaningStats } from '@sdg/core';
import { contentHash, SdgError, sumOf } from '@sdg/values';
import { ExactIndex, minHash, NearIndex } from '@sdg/similarity';
import { conversationOf, type Conversation } from '../formats/conversation.js';
import { NotOfFormat } from '../formats/reading.js';
import type { RowFormat } from '../formats/row-format.js';
import { callsTools, textIn } from '../formats/turn.js';
import { firstRows } from '../mix/first-rows.js';
import { formatOf } from '../mix/format-of.js';
import type { RowSource } from '../sources/open-source.js';
import { looselyRead } from '../treat/mend-json.js';
import { lessonOf } from '../treat/teach.js';
import { meaningOf } from '../treat/row-mark.js';
import { saidIn } from '../treat/treat-row.js';
import { DistinctGrams } from './distinct-grams.js';
import { MeaningSample } from './meaning-stats.js';

/** The least, the middle and the most of some numbers, and their sum. */
export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
  readonly total: number;
}

/** What is to be known of a dataset before one trains on it. Counts are rows, unless their name says otherwise. */
export interface DatasetStats {
  readonly rows: number;
  /** Not JSON, or not of the format. */
  readonly bad: number;
  /** Rows that teach nothing, by reason. */
  readonly useless: Readonly<Record<string, number>>;
  readonly formats: Readonly<Record<string, number>>;
  readonly columns: Readonly<Record<string, number>>;
  readonly turns: Spread;
  /** Turns by who speaks. */
  readonly roles: Readonly<Record<string, number>>;
  /** Rows with a system message, with tools, with calls, with reasoning, with images. */
  readonly has: Readonly<Record<string, number>>;
  readonly tokens: Spread;
  /** Tokens of answers alone. */
  readonly answerTokens: Spread;
  /** Rows by tokens: up to each power of two. */
  readonly histogram: Readonly<Record<number, number>>;
  readonly languages: Readonly<Record<string, number>>;
  readonly exactDuplicates: number;
  /** Those that are no exact ones. */
  readonly nearDuplicates: number;
  readonly distinct: DistinctShares;
  /** With an embedder. */
  readonly meanings?: MeaningStats;
}

export interface StatsOptions {
  readonly formats: readonly RowFormat[];
  readonly countTokens: (text: string) => number;
  /** The language of a text by its code; empty where there is no telling. */
  readonly languageOf: (text: string) => string;
  /** Says how near rows are in meaning. */
  readonly embedder?: Embedder | undefined;
}

/** Characters that a language is told by. */
const SAMPLE = 400;

function spreadOf(numbers: readonly number[]): Spread {
  const sorted = Float64Array.from(numbers).sort();
  return {
    least: sorted[0] ?? 0,
    median: sorted[sorted.length >> 1] ?? 0,
    most: sorted.at(-1) ?? 0,
    total: sumOf(numbers),
  };
}

type Counts = Record<string, number>;
/** Without a prototype: a column may be called `constructor` or `__proto__`. */
const noCounts = (): Counts => Object.create(null) as Counts;
const add = (counts: Counts, name: string): void => void (counts[name] = (counts[name] ?? 0) + 1);

class Collector {
  rows = 0;
  bad = 0;
  readonly #useless = noCounts();
  readonly #formats = noCounts();
  readonly #columns = noCounts();
  readonly #roles = noCounts();
  readonly #has = noCounts();
  readonly #histogram = noCounts();
  readonly #languages = noCounts();
  readonly #turns: number[] = [];
  readonly #tokens: number[] = [];
  readonly #answers: number[] = [];
  readonly #exact = new ExactIndex();
  readonly #near = new NearIndex({ threshold: 0.8 });
  readonly #grams = new DistinctGrams();
  readonly #sample: MeaningSample | undefined;
  #exactDuplicates = 0;
  #nearDuplicates = 0;

  constructor(readonly options: StatsOptions) {
    if (options.embedder) this.#sample = new MeaningSample();
  }

  see(line: string, format: RowFormat): void {
    this.rows++;
    const row = looselyRead(line);
    if (!row) return void this.bad++;
    for (const name of Object.keys(row)) add(this.#columns, name);
    const read = conversationOf(row, format);
    if (read instanceof NotOfFormat) return void this.bad++;
    if (typeof read === 'string') return add(this.#useless, read);
    add(this.#formats, format.name);
    const lesson = lessonOf(read, { dataset: '', file: '', format, output: read.text === undefined ? 'messages' : 'chatml', filter: [] });
    if (typeof lesson === 'string') add(this.#useless, lesson);
    this.#measure(read);
    const [asked, answered] = read.text === undefined ? meaningOf(read.messages) : [read.text, ''];
    this.#sample?.see(row, asked, answered);
  }

  meanings(): Promise<MeaningStats | undefined> | undefined {
    return this.#sample?.measure(this.options.embedder!);
  }

  #measure(read: Conversation): void {
    const { messages, text } = read;
    const { countTokens, languageOf } = this.options;
    const texts = text === undefined ? messages.map(textIn) : [text];
    const counts = texts.map(countTokens);
    const tokens = sumOf(counts);
    this.#turns.push(messages.length);
    this.#tokens.push(tokens);
    this.#answers.push(sumOf(counts.filter((_, i) => messages[i]?.role === 'assistant')));
    add(this.#histogram, String(2 ** Math.ceil(Math.log2(Math.max(1, tokens)))));
    for (const { role } of messages) add(this.#roles, role);
    const has = {
      'a system message': messages.some(({ role }) => role === 'system'),
      tools: read.tools !== undefined,
      'calls of tools': messages.some(callsTools),
      reasoning: messages.some(
        (turn) => 'reasoning_content' in turn || 'thinking' in turn || /<think|<\|begin_of_thought/.test(textIn(turn)),
      ),
      'images or sounds':
        ['images', 'image', 'videos', 'video', 'audios', 'audio'].some((name) => name in read.kept) ||
        messages.some(({ content }) => typeof content !== 'string'),
      'two answers': read.preference !== undefined,
    };
    for (const [name, isSo] of Object.entries(has)) if (isSo) add(this.#has, name);
    const said =
      messages
        .filter(({ role }) => role !== 'system')
        .map(textIn)
        .join('\n') || texts.join('\n');
    add(this.#languages, languageOf(said.slice(0, SAMPLE)) || 'unknown');
    const key = contentHash('said', ...(text === undefined ? saidIn(messages) : [text]));
    this.#grams.see(said);
    const signature = minHash(said);
    if (!this.#exact.add(key)) this.#exactDuplicates++;
    else if (this.#near.find(signature)) this.#nearDuplicates++;
    else this.#near.add(signature);
  }

  result(): DatasetStats {
    const sorted = (counts: Counts): Counts => Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
    return {
      ...{ rows: this.rows, bad: this.bad, useless: sorted(this.#useless), formats: sorted(this.#formats), columns: this.#columns },
      ...{
        turns: spreadOf(this.#turns),
        roles: sorted(this.#roles),
        has: this.#has,
        tokens: spreadOf(this.#tokens),
        answerTokens: spreadOf(this.#answers),
      },
      ...{
        histogram: this.#histogram,
        languages: sorted(this.#languages),
        exactDuplicates: this.#exactDuplicates,
        nearDuplicates: this.#nearDuplicates,
        distinct: this.#grams.shares(),
      },
    };
  }
}

/** Looks at every row of a dataset. Fails with `bad-input` where no format fits its rows. */
export async function datasetStats(source: RowSource, name: string, options: StatsOptions): Promise<DatasetStats> {
  const collector = new Collector(options);
  for (const part of source.parts ?? [source]) {
    const blocks = part.blocks()[Symbol.asyncIterator]();
    const { block, rows } = await firstRows(blocks);
    if (!block) continue;
    const format = await formatOf({ name, path: name, size: { kind: 'ratio', value: 1 } }, rows, options.formats, part.shown, 'messages');
    const see = (bytes: Buffer): void => {
      for (const line of bytes
        .toString('utf8')
        .replace(/^\ufeff/, '')
        .split('\n')) {
        if (line.trim() !== '') collector.see(line, format);
      }
    };
    see(block.bytes);
    for await (const { bytes } of { [Symbol.asyncIterator]: () => blocks }) see(bytes);
  }
  if (collector.rows === 0) throw new SdgError('bad-input', `dataset ${name} has no rows`, { remedy: 'leave it out, or fill it' });
  const meanings = await collector.meanings();
  return { ...collector.result(), ...(meanings && { meanings }) };
}
