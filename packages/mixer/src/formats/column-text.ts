import { nearest, writeExactly } from '../treat/exact-numbers.js';
import { isObject, listIn, type Row } from './json-text.js';
import { NotOfFormat } from './reading.js';

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Spans that answer a question, as SQuAD has them: any of them is the answer; none where the text does not say. */
const spansIn = (value: unknown): readonly string[] | undefined => {
  const { text, answer_start: starts } = (value ?? {}) as Row;
  return Array.isArray(starts) && isTexts(text) ? text : undefined;
};

/** Names under which sets have the text of a passage in a list of them. */
const PASSAGES = ['paragraph_text', 'passage_text', 'text', 'content'] as const;

/** One passage of a list: its title and its text. */
function passageIn(item: unknown): string | undefined {
  if (!isObject(item)) return undefined;
  const said = PASSAGES.map((name) => item[name]).find((text) => typeof text === 'string');
  if (said === undefined) return undefined;
  return typeof item['title'] === 'string' && item['title'] !== '' ? `${item['title']}\n${said as string}` : (said as string);
}

/** Paragraphs as HotpotQA (titles, and the sentences of each), MS MARCO, PubMedQA (lists of texts) and MuSiQue (a list) have them. */
function paragraphsIn(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const passages = value.map(passageIn);
    return passages.length > 0 && passages.every((text) => text !== undefined) ? passages.join('\n\n') : undefined;
  }
  const { title, sentences, contexts, passage_text: passages = contexts } = (value ?? {}) as Row;
  if (isTexts(passages)) return passages.join('\n\n');
  if (!isTexts(title) || !Array.isArray(sentences) || !sentences.every(isTexts)) return undefined;
  const texts: readonly (readonly string[])[] = sentences;
  return title.map((name, i) => `${name}\n${(texts[i] ?? []).join('').trim()}`).join('\n\n');
}

/** The text of an object that has one beside its tokens or its other names: Natural Questions, NarrativeQA, WebGPT, TriviaQA, DROP. */
function saidIn(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const { text, tokens, full_text: whole, value: answer, aliases, spans, types } = value;
  if (isTexts(spans) && isTexts(types)) return spans.join(', ');
  if (typeof text === 'string' && (tokens !== undefined || Object.keys(value).length === 1)) return text;
  if (typeof whole === 'string') return whole;
  return typeof answer === 'string' && Array.isArray(aliases) ? answer : undefined;
}

/** Text of a column: lists joined, null as nothing. */
export function textOf(value: unknown, join: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const spans = spansIn(value);
  const known = spans ? (spans[0] ?? '') : (saidIn(value) ?? paragraphsIn(value));
  if (known !== undefined) return known;
  if (Array.isArray(value)) return value.map((item) => textOf(item, join)).join(join);
  return typeof value === 'object' ? writeExactly(value) : String(value);
}

/** Which of several answers is taken: the first of a list, or of the JSON text of a list too. */
type Pick = 'first' | 'first-in-text';

/** Answers of which one is to be taken, each a text or an object that has one; undefined where there are none. */
export function answersIn(value: unknown, pick: Pick | undefined): readonly string[] | undefined {
  if (pick === undefined) return undefined;
  const answers = pick === 'first' && typeof value === 'string' ? undefined : listIn(value);
  const areAnswers = answers?.every((item) => typeof item === 'string' || saidIn(item) !== undefined);
  return areAnswers ? answers?.map((item) => textOf(item, '')) : undefined;
}

/** What is wrong with a list that should be a text. */
function noTextOfList(items: readonly unknown[], column: string, joins: boolean): NotOfFormat | undefined {
  if (items.length > 0 && items.every((item) => typeof nearest(item) === 'number')) {
    return new NotOfFormat(`"${column}" is a list of numbers, not text`);
  }
  return joins || items.length < 2
    ? undefined
    : new NotOfFormat(`"${column}" is a list of ${items.length} texts: a format of your own with join: makes them one, pick: takes one`);
}

/** Why a column of texts is none: an object, numbers of tokens, or, for an answer, several texts of which no format says how they join. */
export function noText(value: unknown, column: string, joins: boolean): NotOfFormat | undefined {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isSaid = items.length > 0 && items.every((item) => saidIn(item) !== undefined);
  if (spansIn(value) !== undefined || (isSaid && (joins || items.length === 1))) return undefined;
  if (joins && paragraphsIn(value) !== undefined) return undefined;
  if (!isSaid && items.some(isObject)) return new NotOfFormat(`"${column}" is an object, not text`);
  return Array.isArray(value) ? noTextOfList(items, column, joins) : undefined;
}
