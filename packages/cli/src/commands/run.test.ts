import { openRun, optionName, specOf } from '@sdg/session';
import { expect, it } from 'vitest';
import { natsFlags } from '../cluster/nats-flags.js';
import type { Flag } from '../command.js';
import generate from './generate.js';
import run from './run.js';

/** Flags that say what the command does with a run, and not what run it is. */
const OF_THE_COMMAND = ['check', 'plan', 'sample', 'preview', 'metrics', 'mermaid', ...natsFlags.map(({ name }) => name)];

it.each(run.flags.map(({ name }) => name).filter((name) => !OF_THE_COMMAND.includes(name)))('--%s is an option of a run', (name) => {
  expect(specOf({ [name]: 1 })).toEqual({ [optionName(name)]: 1 });
});

it.each(run.flags.filter(({ name }) => !OF_THE_COMMAND.includes(name)).map((flag: Flag) => [flag.name, flag] as const))(
  '--%s takes in code what it takes on the command line',
  async (name, { value, type = 'text', min = -3, choices, multiple }) => {
    const one = choices?.[0] ?? (value === undefined ? true : type === 'text' ? 'text' : min);
    // What passes fails for want of blocks.
    const given = (option: unknown) => openRun({ [optionName(name)]: option } as never).catch((error: Error) => error.message);
    expect(await given(multiple ? [one] : one)).toMatch(/^no catalogue/);
    if (name === 'concurrency') return;
    const wrong = multiple ? [one, [5]] : [[one], type === 'integer' ? min + 0.5 : 'many', ...(min < 0 ? [] : [min - 1, Number.NaN])];
    for (const other of wrong.filter((other) => typeof other !== typeof one || typeof one === 'number')) {
      expect(await given(other), String(other)).toMatch(new RegExp(`^option "${optionName(name)}" takes `));
    }
  },
);

it('the flags that sdg generate shares with sdg-run mean the same', () => {
  const shared = generate.flags.filter(({ name }) => run.flags.some((flag) => flag.name === name)).map(({ name }) => name);
  expect(shared.length).toBeGreaterThan(10);
  for (const name of shared) expect(Object.keys(specOf({ [name]: 1 }))).toEqual([optionName(name)]);
});
