import type { TeacherRequest } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { outputKeys } from './output-key.js';

const chat: TeacherRequest = {
  messages: [{ role: 'user', content: 'What is a reservoir?\n“√”' }],
  model: 'm',
  parameters: { temperature: 0.7, max_tokens: 64, stop: ['\n\n'], extra_body: { top_k: 5, a: { z: 1, b: [true, null] } } },
  sampleId: 'f00d',
};

describe('outputKeys', () => {
  it('gives the names under which caches on disk already hold what was paid for', () => {
    const plain: TeacherRequest = { prompt: 'p', model: 'm', parameters: { temperature: 0 }, sampleId: 'of no account' };
    expect([...outputKeys(chat, 2, 'http://a/v1'), ...outputKeys(plain, 1)].map(({ exact }) => exact)).toEqual([
      '9576717c88d0c2d3b35383236f63d844',
      '5a883ab5a2e1f5e2b4f867b66f63d844',
      'c7b5ad63e10e4515eec628fd5fb97611',
    ]);
  });

  it('begins alike for every max_tokens', () => {
    const [short, long] = [64, 640].map((most) => outputKeys({ ...chat, parameters: { ...chat.parameters, max_tokens: most } }, 1)[0]!);
    expect(short!.ending).toBe(long!.ending);
    expect([short, long].map((key) => key!.exact.startsWith(key!.ending))).toEqual([true, true]);
    expect(short!.exact).not.toBe(long!.exact);
  });
});
