import { optionName, specOf } from '@sdg/session';
import { expect, it } from 'vitest';
import { natsFlags } from '../cluster/nats-flags.js';
import { generateFlags } from '../generate/generate-flags.js';
import { runFlags } from './run-flags.js';

/** Flags that say what the command does with a run, and not what run it is. */
const OF_THE_COMMAND = ['check', 'plan', 'sample', 'preview', 'metrics', 'mermaid', ...natsFlags.map(({ name }) => name)];

it.each(runFlags.map(({ name }) => name).filter((name) => !OF_THE_COMMAND.includes(name)))('--%s is an option of a run', (name) => {
  expect(specOf({ [name]: 1 })).toEqual({ [optionName(name)]: 1 });
});

it('the flags that sdg generate shares with sdg-run mean the same', () => {
  const shared = generateFlags.filter(({ name }) => runFlags.some((flag) => flag.name === name)).map(({ name }) => name);
  expect(shared.length).toBeGreaterThan(10);
  for (const name of shared) expect(Object.keys(specOf({ [name]: 1 }))).toEqual([optionName(name)]);
});
