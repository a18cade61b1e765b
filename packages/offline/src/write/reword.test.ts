import { expect, it } from 'vitest';
import { bareRequest, demandIn, demands, reword, withSetting } from './reword.js';

const seed = 'Write a note to Priya declining her invitation to dinner.';

it('asks in other words, and takes them off again', () => {
  const asked = new Set<string>();
  for (let variant = 0; variant < 9; variant++) {
    for (const demand of [undefined, ...demands]) {
      for (const mustAsk of [true, false]) {
        const question = withSetting(reword(seed, variant, demand, mustAsk), variant);
        asked.add(question);
        if (mustAsk) expect(question.match(/\?/gu)).toHaveLength(1);
        expect(demandIn(question)).toBe(demand);
        expect(bareRequest(question).toLowerCase().replace(/[.?]$/u, '')).toBe(seed.toLowerCase().slice(0, -1));
      }
    }
  }
  expect(asked.size).toBeGreaterThan(100);
});

it('puts a second question inside the first where only one mark is wanted', () => {
  expect(reword('What is recursion? Explain it with something from daily life.', 0, undefined, true)).toBe(
    'What is recursion – could you explain it with something from daily life?',
  );
});

it('meets demands with the answer’s own sentences', () => {
  const letter = 'Dear Priya,\n\nThank you for asking. I am away. See you soon.\n\nWarmly yours';
  expect(demands.map(({ phrase, meet }) => [phrase, meet(letter)])).toEqual([
    ['in one sentence', 'Thank you for asking.'],
    ['in two sentences at most', 'Thank you for asking. I am away.'],
    ['as a bulleted list', '- Thank you for asking.\n- I am away.\n- See you soon.'],
    ['in about forty words', 'Thank you for asking. I am away. See you soon.'],
    ['as numbered points', '1. Thank you for asking.\n2. I am away.\n3. See you soon.'],
    ['as a quotation', '> Dear Priya,\n>\n> Thank you for asking. I am away. See you soon.\n>\n> Warmly yours'],
  ]);
});
