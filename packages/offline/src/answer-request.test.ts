import type { TeacherRequest } from '@sdg/core';
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

describe('answerRequest', () => {
  const content =
    'Write 3 questions on the document.\n\nDocument:\nA river carries water from the hills to the sea. Most rivers begin as ' +
    'springs. The Elbe is 1094 kilometres long.';
  const messages = [{ role: 'user' as const, content }];
  const answer = (request: Omit<TeacherRequest, 'parameters'>, parameters: TeacherRequest['parameters']) =>
    answerRequest({ n: 4, ...request, parameters }, 42);

  it('answers as a server would that sees neither sample nor contract, in either API', () => {
    const parameters = { temperature: 0, extra_body: { top_k: 5 } };
    const within = answer({ messages, sampleId: 'a', contract: { columns: ['question'] } }, parameters);
    expect(answer({ messages }, { temperature: 0, ...{ top_k: 5 } })).toEqual(within);
    expect(answer({ prompt: `<s> [INST] ${content} [/INST]` }, parameters)).toEqual(within);
  });

  it('answers equal requests for two samples differently where sampling is random and has no seed', () => {
    const forSample = (sampleId: string, parameters: TeacherRequest['parameters']) => answer({ messages, sampleId }, parameters);
    expect(forSample('a', { temperature: 0.7 })).not.toEqual(forSample('b', { temperature: 0.7 }));
    expect(forSample('a', { temperature: 0.7, seed: 1 })).toEqual(forSample('b', { temperature: 0.7, seed: 1 }));
    expect(forSample('a', { temperature: 0 })).toEqual(forSample('b', { temperature: 0 }));
  });
});
