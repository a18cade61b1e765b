import { NotOfFormat, type Reading, type Useless } from './reading.js';
import { numberText } from '../treat/exact-numbers.js';
import type { ChoicesFormat } from './row-format.js';

type Row = Readonly<Record<string, unknown>>;

const letterOf = (index: number): string => String.fromCharCode(65 + index);

interface Choices {
  readonly texts: readonly string[];
  readonly labels: readonly string[];
}

/** The choices of a row: a list, `{text, label}` as ARC has it, an object by letter, or a column for each. */
function choicesIn(row: Row, { choices_key: key }: ChoicesFormat): Choices | undefined {
  const value: unknown = Array.isArray(key) ? key.map((column) => row[column]) : row[key];
  const lettered = (texts: readonly unknown[]): Choices | undefined =>
    texts.length > 1 && texts.every((text) => ['string', 'number', 'boolean'].includes(typeof text))
      ? { texts: texts.map((text) => numberText(String(text))), labels: texts.map((_, i) => letterOf(i)) }
      : undefined;
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    const isObject = (item: unknown): item is Row => typeof item === 'object' && item !== null;
    if (items.length > 1 && items.every((item) => isObject(item) && typeof item['text'] === 'string')) {
      const fields = items as readonly Row[];
      return {
        texts: fields.map((item) => item['text'] as string),
        labels: fields.map((item, i) => (typeof item['label'] === 'string' ? item['label'] : letterOf(i))),
      };
    }
    return lettered(items);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { text, label } = value as Row;
  if (Array.isArray(text)) {
    const found = lettered(text);
    return found && Array.isArray(label) && label.length === text.length ? { ...found, labels: label.map(String) } : found;
  }
  const texts = Object.values(value);
  return texts.length > 1 && texts.every((item) => typeof item === 'string') ? { texts, labels: Object.keys(value) } : undefined;
}

/** The index of the right choice, told by index, letter, label or text. */
function answerIndex(answer: unknown, { texts, labels }: Choices, first: number): number {
  if (typeof answer === 'number') {
    return Number.isInteger(answer) && labels.every((label) => !/^\d+$/.test(label)) ? answer - first : labels.indexOf(String(answer));
  }
  if (typeof answer === 'boolean') return texts.indexOf(String(answer));
  if (typeof answer !== 'string') return -1;
  const said = numberText(answer)
    .trim()
    .replace(/^(\d+)\.0$/, '$1');
  const byLabel = labels.findIndex((label) => label.toLowerCase() === said.toLowerCase());
  if (byLabel !== -1) return byLabel;
  const byText = texts.findIndex((text) => text.trim() === said);
  return byText === -1 && /^\d+$/.test(said) ? Number(said) - first : byText;
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
  const right = choices.texts[index];
  if (right === undefined) return 'answer not among the choices';
  const labels = choices.labels.every((label) => /^[A-Za-z]$/.test(label)) ? choices.labels : choices.texts.map((_, i) => letterOf(i));
  const context = about === undefined ? '' : typeof row[about] === 'string' ? row[about] : '';
  const instruction = context.trim() === '' ? question : `${context}\n\n${question}`;
  const input = choices.texts.map((text, i) => `${labels[i]}. ${text}`).join('\n');
  const output = `${labels[index]}. ${right}`;
  return {
    pair: { instruction, input, output },
    messages: [
      { role: 'user', content: instruction.trim() === '' ? '' : `${instruction}\n\n${input}` },
      { role: 'assistant', content: output },
    ],
    read: [asked, ...(context === '' ? [] : [about!]), ...[key].flat(), answered],
  };
}
