import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sample } from '@sdg/core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { traceInput } from './input-trace.js';

const numbers = (count: number, from = 0): Sample[] => Array.from({ length: count }, (_, i): Sample => ({ number: from + i }));

function folder() {
  const path = mkdtempSync(join(tmpdir(), 'sdg-trace-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const file = join(path, 'input.jsonl');
  /** Lets samples pass, as many as are wanted, and gives what was said of them. */
  const pass = async (samples: readonly Sample[], wanted = Infinity): Promise<string[]> => {
    const said: string[] = [];
    async function* source() {
      yield* samples;
    }
    let passed = 0;
    if (wanted > 0) {
      for await (const sample of traceInput(source(), { folder: path, onChange: (what) => said.push(what.replace(path, 'DIR')) })) {
        expect(sample).toBe(samples[passed]);
        if (++passed >= wanted) break;
      }
    }
    return said;
  };
  return { pass, file, marks: () => readFileSync(file, 'utf8') };
}

describe('traceInput', () => {
  it('says nothing of the same samples, and goes on recording where the earlier run was cut off', async () => {
    const { pass, marks } = folder();
    const whole = folder();
    expect(await whole.pass(numbers(700))).toEqual([]);
    for (const wanted of [1, 5, 300, 2, Infinity, Infinity]) expect(await pass(numbers(700), wanted)).toEqual([]);
    expect(marks()).toBe(whole.marks());
    expect(marks().trim().split('\n')).toHaveLength(11);
  });

  it.each([
    ['another first sample', numbers(9, 1), 'the first sample is not that of the run recorded in DIR'],
    [
      'another one in the middle',
      [...numbers(5), { number: 0 }, ...numbers(3, 6)],
      'the first 8 samples are not those of the run recorded in DIR',
    ],
    ['another last one', [...numbers(8), { number: 0 }], 'the first 9 samples are not those of the run recorded in DIR'],
    ['one more', numbers(10), 'there are more samples than the 9 of the run recorded in DIR'],
    ['one less', numbers(8), '8 samples came, and the run recorded in DIR had read 9'],
    ['none', [], '0 samples came, and the run recorded in DIR had read 9'],
  ])('says once what differs: %s', async (_, samples, words) => {
    const { pass } = folder();
    await pass(numbers(9));
    expect(await pass(samples)).toEqual([words]);
    expect(await pass(samples)).toEqual([]);
  });

  it('notices any other input at its end at the latest, and records it then', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2), { maxLength: 20 }), fc.array(fc.nat(2), { maxLength: 20 }), async (a, b) => {
        const { pass } = folder();
        const samples = (list: number[]): Sample[] => list.map((number) => ({ number }));
        await pass(samples(a));
        expect((await pass(samples(b))).length).toBe(a.join() === b.join() ? 0 : 1);
        expect(await pass(samples(b))).toEqual([]);
      }),
    ));

  it('takes no notice of a line that was torn', async () => {
    const { pass, file, marks } = folder();
    await pass(numbers(9), 6);
    appendFileSync(file, '{"samples":8,"dig');
    expect(await pass(numbers(9))).toEqual([]);
    expect(
      marks()
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { samples: number }).samples),
    ).toEqual([1, 2, 4, 8, 9]);
  });
});
