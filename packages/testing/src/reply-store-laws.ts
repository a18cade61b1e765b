import { deepStrictEqual } from 'node:assert';
import { contentHash, type OutputKey, type ReplyStore, type StoredOutput } from '@sdg/core';
import fc from 'fast-check';
import type { Law } from './block-contract.js';

/** The key of a request with so many tokens at most. */
const keyOf = (request: string, most: number): OutputKey => {
  const ending = contentHash('law', request).slice(0, 24);
  return { ending, exact: ending + contentHash('most', String(most)).slice(0, 8) };
};
const output = (text: string, over: Partial<StoredOutput['choice']> = {}): StoredOutput => ({
  choice: { text, finishReason: 'stop', ...over },
  model: 'm',
  promptTokens: 3,
  completionTokens: 4,
});
const facts = { block: 'b', api: 'chat', prompt: 'p' };
const textsOf = (outputs: readonly (StoredOutput | undefined)[]): (string | undefined)[] => outputs.map((one) => one?.choice.text);

/** Any text that JSON can hold. */
const anyText = fc.string({ unit: 'grapheme', maxLength: 200 });

/**
 * The laws that every store of replies keeps.
 *
 * @param open opens the same place again and again: several users of one store; the laws close what they open
 */
export function replyStoreLaws(open: () => Promise<ReplyStore>): readonly Law[] {
  const law = (name: string, check: (store: ReplyStore, other: ReplyStore) => Promise<void>): Law => ({
    name,
    async check() {
      const [store, other] = [await open(), await open()];
      try {
        await check(store, other);
      } finally {
        await Promise.all([store.close(), other.close()]);
      }
    },
  });

  return [
    law('gives back what was put, whole, to everybody', async (store, other) => {
      const choice = {
        text: 'a\n\u0000ä河🌊',
        reasoning: 'hm',
        finishReason: null,
        refusal: 'no',
        logprobs: [{ token: 'a', logprob: -0.5, top: [{ token: 'b', logprob: -2 }] }],
      };
      const whole = { ...output('', choice), estimated: true };
      const key = keyOf('whole', 1);
      deepStrictEqual(await store.get([key.exact]), [undefined]);
      await store.put([[key, whole]], facts);
      for (const user of [store, other]) {
        const [kept] = await user.get([key.exact]);
        deepStrictEqual(
          {
            ...kept!.choice,
            model: kept!.model,
            prompt: kept!.promptTokens,
            completion: kept!.completionTokens,
            estimated: kept!.estimated,
          },
          { ...choice, model: 'm', prompt: 3, completion: 4, estimated: true },
        );
      }
    }),
    law('gives many in the order of their keys, with holes where there are none', async (store) => {
      const keys = Array.from({ length: 5 }, (_, i) => keyOf(`many ${i}`, 1));
      await store.put(
        [0, 2, 4].map((i) => [keys[i]!, output(`${i}`)] as const),
        facts,
      );
      deepStrictEqual(textsOf(await store.get([4, 3, 2, 1, 0].map((i) => keys[i]!.exact))), ['4', undefined, '2', undefined, '0']);
      deepStrictEqual(await store.get([]), []);
    }),
    law('keeps the first of two and gives it to both, unless it is told to replace', async (store, other) => {
      const key = keyOf('first', 1);
      const both = await Promise.all([store.put([[key, output('one')]], facts), other.put([[key, output('two')]], facts)]);
      deepStrictEqual(textsOf(both[0]), textsOf(both[1]));
      deepStrictEqual(textsOf(await store.put([[key, output('three')]], facts)), textsOf(both[0]));
      deepStrictEqual(textsOf(await store.put([[key, output('four')]], facts, true)), ['four']);
      deepStrictEqual(textsOf(await other.get([key.exact])), ['four']);
    }),
    law('finds an output that ended by itself under any limit, and none that was cut off', async (store) => {
      await store.put([[keyOf('cut', 8), output('cut', { finishReason: 'length' })]], facts);
      deepStrictEqual(await store.ended(keyOf('cut', 8).ending), undefined);
      await store.put([[keyOf('cut', 64), output('whole')]], facts);
      deepStrictEqual((await store.ended(keyOf('cut', 8).ending))?.choice.text, 'whole');
      deepStrictEqual(await store.ended(keyOf('other', 8).ending), undefined);
    }),
    law('keeps notes', async (store, other) => {
      deepStrictEqual(await store.note('spoken http://a/v1 m'), undefined);
      await store.setNote('spoken http://a/v1 m', { model: 'm', completions: true, list: [1, null] });
      deepStrictEqual(await other.note('spoken http://a/v1 m'), { model: 'm', completions: true, list: [1, null] });
      await other.setNote('spoken http://a/v1 m', 7);
      deepStrictEqual(await store.note('spoken http://a/v1 m'), 7);
    }),
    law('is still there when it is opened anew', async (store) => {
      const key = keyOf('again', 1);
      await store.put([[key, output('kept')]], facts);
      const again = await open();
      try {
        deepStrictEqual(textsOf(await again.get([key.exact])), ['kept']);
      } finally {
        await again.close();
      }
    }),
    law('behaves as a map, whatever is put in whatever order', async (store, other) => {
      let round = 0;
      const step = fc.record({ user: fc.boolean(), request: fc.nat(5), most: fc.constantFrom(1, 2), text: anyText, replace: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const name = `map ${round++}`;
          const expected = new Map<string, string>();
          for (const { user, request, most, text, replace } of steps) {
            const key = keyOf(`${name} ${request}`, most);
            if (replace || !expected.has(key.exact)) expected.set(key.exact, text);
            deepStrictEqual(textsOf(await (user ? store : other).put([[key, output(text)]], facts, replace)), [expected.get(key.exact)]);
          }
          const keys = [0, 1, 2, 3, 4, 5].flatMap((request) => [1, 2].map((most) => keyOf(`${name} ${request}`, most).exact));
          for (const user of [store, other]) {
            deepStrictEqual(
              textsOf(await user.get(keys)),
              keys.map((key) => expected.get(key)),
            );
          }
        }),
        { numRuns: 20 },
      );
    }),
  ];
}
