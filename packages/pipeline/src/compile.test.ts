import { Run, seedSample, type Teacher } from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { compile } from './compile.js';
import { pipelineOf, smallWorld as catalog } from './test-support/small-world.js';

it('lets go of the teacher of a run of its own, and leaves one that is given to whoever made it', async () => {
  const listeners = new Set<(limit: number) => void>();
  const teacher: Teacher = {
    ...scriptedTeacher(() => 'yes'),
    onLimit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const through = (options: object) =>
    lastValueFrom(from([seedSample({ n: 1 })]).pipe(compile(pipelineOf([undefined, 'Stream']), { catalog, ...options }), toArray()));
  expect(await through({ teacher })).toHaveLength(1);
  expect(listeners.size).toBe(0);
  const run = new Run({ teacher });
  expect(await through({ run })).toHaveLength(1);
  expect(listeners.size).toBe(1);
  run.close();
  expect(listeners.size).toBe(0);
});

it('refuses what is no sample', async () => {
  const operator = compile(pipelineOf([undefined, 'Stream']), { catalog });
  await expect(lastValueFrom(from([new Date(0) as never]).pipe(operator))).rejects.toThrow('a seed is a Date, which is no sample');
});
