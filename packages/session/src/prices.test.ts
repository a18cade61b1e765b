import { BlockLedger, Ledger } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { budgetOf, readPrices, unpriced } from './prices.js';

describe('readPrices', () => {
  it('reads a price for all models, and one for each', () => {
    expect(readPrices(['0.5,1.5', 'org/big=2,8'])).toEqual({ '*': { input: 0.5, output: 1.5 }, 'org/big': { input: 2, output: 8 } });
    expect(readPrices(undefined)).toBeUndefined();
  });

  it.each(['1', 'a,b', '1,2,3', '-1,2', 'm=1', ',', 'm=1,2,other=3,4'])('takes %s for no price', (text) => {
    expect(() => readPrices([text])).toThrow(/--price/);
  });
});

describe('budgetOf', () => {
  it('tells of a wrong price before anything is spent, without a limit too', () => {
    expect(budgetOf({ price: ['1,2'] })).toBeUndefined();
    expect(() => budgetOf({ price: ['1'] })).toThrow('--price takes [MODEL=]IN,OUT; not "1"');
  });
});

describe('unpriced', () => {
  it('names models that were asked and have no price', () => {
    const use = { calls: 1, promptTokens: 2, completionTokens: 3 };
    const ledger = new Ledger().add([{ ...new BlockLedger('ask', 'LLMBlock').toJSON(), models: { big: use, small: use } }]);
    expect(unpriced(ledger, readPrices(['big=1,2']))).toEqual(['no --price for small: the cost leaves out what it took']);
    expect(unpriced(ledger, readPrices(['bgi=1,2']))).toEqual(['no --price for big, small: the cost leaves out what they took']);
    for (const price of [undefined, ['1,2'], ['big=1,2', 'small=0,0']]) expect(unpriced(ledger, readPrices(price))).toEqual([]);
  });
});
