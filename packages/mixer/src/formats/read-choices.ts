import { textOf } from './column-text.js';
import { isObject, listIn, type Row } from './json-text.js';
import { NotOfFormat, type Reading, type Useless } from './reading.js';
import { ExactNumber, nearest } from '../treat/exact-numbers.js';
import type { ChoicesFormat } from './row-format.js';

const letterOf = (index: number): string => String.fromCharCode(65 + index);

interface Choices {
  readonly texts: readonly string[];
  readonly labels: readonly string[];
}

/** A list of texts as Python prints one: MMMU's `['one', "it's"]`. */
function pythonTexts(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'string' || !/^\s*\[\s*['"][\s\S]*\]\s*$/.test(value)) return undefined;
  const texts = [...value.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)];
  return texts.map(([, single, double]) => (single ?? double ?? '').replaceAll(/\\(['"\\])/g, '$1'));
}

/** Choices that are objects with a text, and perhaps a label: `{label, text}`, MedQA's `{key, value}`. */
function choicesOfObjects(items: readonly unknown[]): Choices | undefined {
  const fields = items.filter(isObject);
  const name = ['text', 'value'].find((one) => fields.every((item) => typeof item[one] === 'string'));
  if (name === undefined || fields.length < 2 || fields.length < items.length) return undefined;
  return {
    texts: fields.map((item) => item[name] as string),
    labels: fields.map((item, i) => [item['label'], item['key']].find((label) => typeof label === 'string') ?? letterOf(i)),
  };
}

/** The choices of a row: a list, `{text, label}` as ARC has it, an object by letter, or a column for each. */
function choicesIn(row: Row, { choices_key: key }: ChoicesFormat): Choices | undefined {
  const given: unknown = Array.isArray(key) ? key.map((column) => row[column]) : row[key];
  const value = listIn(given) ?? pythonTexts(given) ?? given;
  const lettered = (texts: readonly unknown[]): Choices | undefined =>
    texts.length > 1 && texts.every((text) => ['string', 'number', 'boolean'].includes(typeof nearest(text)))
      ? { texts: texts.map(String), labels: texts.map((_, i) => letterOf(i)) }
      : undefined;
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    return choicesOfObjects(items) ?? lettered(items);
  }
  if (!isObject(value)) return undefined;
  const { text = value['choices'], label } = value;
  if (Array.isArray(text)) {
    const found = lettered(text);
    return found && Array.isArray(label) && label.length === text.length ? { ...found, labels: label.map(String) } : found;
  }
  const texts = Object.values(value);
  return texts.length > 1 && texts.every((item) => typeof item === 'string') ? { texts, labels: Object.keys(value) } : undefined;
}

/** Choices that begin with their labels themselves, `(A)one` or `A. one`, without these. */
function withoutLabels(texts: readonly string[], labels: readonly string[]): { readonly texts: readonly string[] } {
  const bare = texts.map((text, i) => new RegExp(`^\\s*\\(?${labels[i]}\\s?[).:]\\s*(?=\\S)`).exec(text)?.[0]);
  return { texts: bare.every((label) => label !== undefined) ? texts.map((text, i) => text.slice(bare[i]!.length)) : texts };
}

/** The index of the right choice, told by index, letter, label or text. */
function answerIndex(given: unknown, { texts, labels }: Choices, first: number): number {
  const answer: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
  if (typeof answer === 'number') {
    const byIndex = labels.every((label) => !/^\d+$/.test(label)) ? answer - first : labels.indexOf(String(answer));
    return texts[byIndex] === undefined ? texts.indexOf(String(answer)) : byIndex;
  }
  // TruthfulQA marks the right one among its choices with a 1.
  if (isObject(answer)) return Array.isArray(answer['labels']) ? answer['labels'].map(nearest).indexOf(1) : -1;
  if (typeof answer === 'boolean') return texts.indexOf(String(answer));
  if (typeof answer !== 'string' && !(answer instanceof ExactNumber)) return -1;
  const said = String(answer).trim();
  const word = said.replace(/^(\d+)\.0$/, '$1');
  const byLabel = labels.findIndex((label) => label.toLowerCase() === word.toLowerCase());
  if (byLabel !== -1) return byLabel;
  const byText = texts.findIndex((text) => [said, word].includes(text.trim()));
  return byText === -1 && /^\d+$/.test(word) ? Number(word) - first : byText;
}

/** What a multiple-choice question says: the question with its choices, and the right one with its letter. */
export function readChoices(row: Row, format: ChoicesFormat): Reading | NotOfFormat | Useless {
  const { instruction_key: asked, input_key: about, answer_key: answered, choices_key: key, first_index: first = 0 } = format;
  const choices = choicesIn(row, format);
  if (!choices) {
    return new NotOfFormat(
      `${[key]
        .flat()
        .map((name) => `"${name}"`)
        .join(', ')} hold no list of choices`,
    );
  }
  const question = row[asked];
  if (typeof question !== 'string') return new NotOfFormat(`column "${asked}" is no text`);
  if (!Object.hasOwn(row, answered)) return new NotOfFormat(`column "${answered}" is missing`);
  const index = answerIndex(row[answered], choices, first);
  if (choices.texts[index] === undefined) return 'answer not among the choices';
  const labels = choices.labels.every((label) => /^[A-Za-z]$/.test(label)) ? choices.labels : choices.texts.map((_, i) => letterOf(i));
  const source = [about ?? []].flat().find((name) => textOf(row[name], '').trim() !== '');
  const context = source === undefined ? '' : textOf(row[source], '\n');
  const instruction = context.trim() === '' ? question : `${context}\n\n${question}`;
  const { texts } = withoutLabels(choices.texts, labels);
  const input = texts.map((text, i) => `${labels[i]}. ${text}`).join('\n');
  const output = `${labels[index]}. ${texts[index]}`;
  return {
    pair: { instruction, input, output },
    messages: [
      { role: 'user', content: instruction.trim() === '' ? '' : `${instruction}\n\n${input}` },
      { role: 'assistant', content: output },
    ],
    read: [asked, ...(source === undefined ? [] : [source]), ...[key].flat(), answered],
  };
}
