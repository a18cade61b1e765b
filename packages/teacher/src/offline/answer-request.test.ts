import { describe, expect, it } from 'vitest';
import { answerRequest } from './answer-request.js';
import { readBack } from './test-support/read-back.js';
import { promptCases } from './test-support/prompts.js';

describe.each(promptCases)('$name', ({ prompt, contract, rows, expected }) => {
  it.each([
    ['with the contract', { messages: [{ role: 'user' as const, content: prompt }], contract }],
    ['over HTTP, where there is no contract', { messages: [{ role: 'user' as const, content: prompt }] }],
    ['as a prompt in a chat template', { prompt: `<s> [INST] ${prompt} [/INST]` }],
  ])('answers in the format asked for, %s', (_, request) => {
    const [reply] = answerRequest({ ...request, parameters: { temperature: 0 } }, 42);
    const found = readBack(reply!, contract);
    expect(found.length, reply).toBeGreaterThanOrEqual(rows);
    for (const [column, value] of Object.entries(expected)) {
      if (typeof value === 'string') expect(found[0]![column]).toBe(value);
      else expect(found[0]![column]).toMatch(value);
    }
  });
});
