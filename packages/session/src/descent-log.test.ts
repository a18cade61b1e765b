import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { openNdjson, type Reply, type TeacherRequest } from '@sdg/core';
import { expect, it } from 'vitest';
import { exchangeOf, openDescentLog } from './descent-log.js';

it('keeps calls whole while there is room, then their names in the call cache, and counts those without a name', async () => {
  const folder = mkdtempSync(`${tmpdir()}/sdg-descent-`);
  const log = await openDescentLog((name) => openNdjson(`${folder}/${name}`), 300);
  const request: TeacherRequest = { prompt: 'p'.repeat(200), parameters: {}, sampleId: 'a/again.1' };
  const reply = (keys?: string[]): Reply => ({
    ...{ choices: [{ text: 'r'.repeat(100), finishReason: 'stop' }], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } },
    ...(keys && { keys }),
  });
  for (const keys of [['k1'], ['k2', 'k3'], undefined, ['k4']]) log.exchange(exchangeOf('b', request, reply(keys)));
  await log.close();
  const lines = readFileSync(`${folder}/exchanges.jsonl`, 'utf8').trim().split('\n');
  const [whole, ...rest] = lines.map((line) => JSON.parse(line) as object);
  expect(whole).toMatchObject({ sample: 'a', prompt: request.prompt, keys: ['k1'] });
  expect(rest).toEqual([
    { sample: 'a', block: 'b', model: 'm', keys: ['k2', 'k3'] },
    { sample: 'a', block: 'b', model: 'm', keys: ['k4'] },
  ]);
  expect(log.leftOut()).toEqual({ exchanges: 1, rows: 0 });
});
