import { describe, expect, it } from 'vitest';
import { BlockLedger } from './ledger.js';
import type { Reply } from './teacher.js';

const reply = (model: string, more: Partial<Reply> = {}): Reply =>
  ({ choices: [], model, cached: false, usage: { promptTokens: 3, completionTokens: 2 }, ...more }) as unknown as Reply;

describe('BlockLedger', () => {
  it('lists reasons and models by name, whatever came first', () => {
    const ledger = new BlockLedger('judge', 'LLMBlock');
    for (const reason of ['z', 'b', 'a', 'b']) ledger.drop('rejected', reason);
    for (const model of ['m2', 'm1']) ledger.reply(reply(model));
    const { rejected, models } = ledger.toJSON();
    expect([Object.keys(rejected), rejected['b'], ledger.rejected]).toEqual([['a', 'b', 'z'], 2, 4]);
    expect(Object.keys(models)).toEqual(['m1', 'm2']);
  });

  it('says that tokens are estimated once one reply was, and adds that up', () => {
    const ledger = new BlockLedger('judge', 'LLMBlock');
    ledger.reply(reply('m'));
    expect(ledger.tokensEstimated).toBe(false);
    const other = new BlockLedger('judge', 'LLMBlock');
    other.reply(reply('m', { usage: { promptTokens: 1, completionTokens: 1, estimated: true } }));
    other.reply(reply('m'));
    ledger.add(other.toJSON());
    expect([ledger.tokensEstimated, ledger.calls, ledger.promptTokens, ledger.completionTokens]).toEqual([true, 3, 7, 5]);
  });
});
