import type { SdgError } from '@sdg/values';
import { describe, expect, it } from 'vitest';
import { conversationOf } from './conversation.js';
import { detectFormat } from './detect-format.js';
import { MESSAGES_FORMAT, type RowFormat } from './row-format.js';

const gptStyle: RowFormat = {
  name: 'gpt_style',
  conversation_key: 'conversations',
  role_key: 'from',
  content_key: 'value',
  roles: { human: 'user' },
};
const formats: RowFormat[] = [MESSAGES_FORMAT, gptStyle, { name: 'plain', conversation_key: 'conversations' }];
const read = (turn: object): unknown => {
  const row = { conversations: [turn] };
  const read = conversationOf(row, detectFormat([row], formats, { file: 'f' }));
  return typeof read === 'string' ? read : 'messages' in read ? read.messages : read.message;
};

it.each([
  [{ from: 'human', value: 'a' }, [{ role: 'user', content: 'a' }]],
  [{ role: 'user', content: 'a' }, [{ role: 'user', content: 'a' }]],
  [{ from: 'human', value: 'a', role: 'x', content: 'y', weight: 1 }, [{ role: 'user', content: 'a', weight: 1 }]],
  [{ who: 'human', text: 'a' }, 'conversations[0] has no "from"'],
])('reads the turns of %j by the fields they have', (turn, messages) => expect(read(turn)).toEqual(messages));

it('prefers the format whose fields the turns have', () => {
  const own: RowFormat = { name: 'own', conversation_key: 'conversations', role_key: 'who', content_key: 'text' };
  expect(detectFormat([{ conversations: [{ who: 'a', text: 'b' }] }], [...formats, own], { file: 'f' }).name).toBe('own');
});

it('knows instructions by what they ask, though some are odd and most have no input', () => {
  const alpaca: RowFormat = { name: 'alpaca', instruction_key: 'instruction', input_key: 'input', output_key: 'output' };
  const pairs: RowFormat = { name: 'pairs', instruction_key: 'input', output_key: 'output' };
  const asked = ['Add', '', '[1]', '...', 'Hi\n\nAssistant:', 'a<|im_end|>b', 'Instruction \u00a0', '-'];
  const rows = asked.flatMap((instruction) => ['', null, 'one', ' '].map((input) => ({ instruction, input, output: 'x' })));
  expect(detectFormat(rows, [pairs, alpaca], { file: 'f' }).name).toBe('alpaca');
});

describe('rows within rows', () => {
  const alpaca: RowFormat = { name: 'alpaca', instruction_key: 'instruction', output_key: 'output' };
  const texts: RowFormat = { name: 'data_texts', conversation_key: 'data', turns: 'texts' };
  const remedyOf = (row: object, file = 'a.jsonl'): string => {
    try {
      detectFormat([row as Record<string, unknown>], [...formats, alpaca, texts], { file });
    } catch (error) {
      return (error as SdgError).remedy ?? '';
    }
    return 'none';
  };

  it('gives a command that keeps the best of several answers', () => {
    const ranked = { prompt: 'q', answers: [{ answer: 'a', rank: 1 }] };
    expect(remedyOf(ranked)).toContain(
      `: jq -c '{prompt: .prompt, completion: (.answers | min_by(.rank) | .answer)}' a.jsonl > rows.jsonl`,
    );
    const scored = { 'an "x"': 1, question: 'q', 'my list': [{ text: 'a', score: 1 }] };
    expect(remedyOf(scored, 'a b.jsonl')).toContain(`(."my list" | max_by(.score) | .text)}' 'a b.jsonl' >`);
    expect(remedyOf({ instruction: 'q', instances: [{ input: '', output: 'a' }] })).toContain(
      `jq -c '.instruction as $asked | .instances[] | {instruction: $asked, input, output}' a.jsonl`,
    );
  });

  it('finds them in a list whose name is that of conversations, too', () => {
    const file = { version: 1, data: [{ instruction: 'q', output: 'a' }] };
    expect(remedyOf(file, 'a.json')).toBe(`its rows are in "data": jq -c '.data[]' a.json > rows.jsonl`);
    expect(remedyOf({ data: ['q', 'a'] })).toBe('none');
  });

  it('names a command only for what jq reads, and rows only where they are some', () => {
    expect(remedyOf({ prompt: 'q', answers: [{ answer: 'a' }] }, 'hf.parquet')).toMatch(/keep one a row, as here the first$/);
    expect(remedyOf({ translation: { de: 'a', en: 'b' } }, 'a.jsonl')).toContain(
      `jq -c '{prompt: ("Translate from de to en:\\n\\n" + .translation.de), completion: .translation.en}' a.jsonl > rows.jsonl`,
    );
    expect(remedyOf({ premise: 'a', hypothesis: 'b', label: 2, idx: 0 }, 'a.jsonl')).toContain(
      `jq -c 'select(.label >= 0) | {prompt: ("What is asked here?" + "\\n\\n" + .premise + "\\n\\n" + .hypothesis), ` +
        `completion: ["class 0", "class 1", "class 2"][.label]}' a.jsonl`,
    );
    expect(remedyOf({ context: 'p', questions: ['q'], orig_answers: { texts: ['a'] } }, 'a.jsonl')).toContain(
      '[.questions, .orig_answers.texts] | transpose',
    );
    expect(remedyOf({ id: '1', tokens: ['EU', 'rejects'], pos_tags: [22, 42], ner_tags: [3, 0] })).toContain(
      `jq -c '{prompt: ("Give the tag of every word:\\n\\n" + (.tokens | join(" "))), ` +
        `completion: ([.tokens, .ner_tags] | transpose | map(.[0] + ": " + (.[1] | tostring)) | join("\\n"))}' a.jsonl`,
    );
    expect(remedyOf({ anchor: 'a b', positive: 'c d', negative: 'e f' })).toContain('completion: .positive}');
    expect(remedyOf({ query: 'a b', pos: ['c d'], neg: [] })).toContain('completion: (.pos[0] | .text? // .)}');
    expect(remedyOf({ sentence1: 'a b', sentence2: 'c d', score: 4.5 })).toContain('completion: (.score | tostring)}');
    expect(remedyOf({ version: 1, data: [{ instruction: 'q', output: 'a' }] }, 'a.json')).toContain(`jq -c '.data[]' a.json > rows.jsonl`);
    expect(remedyOf({ version: 1, authors: [{ name: 'x' }] })).toMatch(/^name one with format:/);
  });
});
