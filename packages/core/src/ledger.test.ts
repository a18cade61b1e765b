import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BlockLedger, Ledger } from './ledger.js';
import type { Reply } from './teacher.js';

const reply = (model: string, more: Partial<Reply> = {}): Reply =>
  ({ choices: [], model, cached: false, usage: { promptTokens: 3, completionTokens: 2 }, ...more }) as unknown as Reply;

describe('BlockLedger', () => {
  it('lists reasons and models by name, whatever came first', () => {
    const ledger = new BlockLedger('judge', 'LLMBlock');
    for (const reason of ['b', 'z', 'a', 'b', 'c']) ledger.drop('rejected', reason);
    for (const model of ['m2', 'm1']) ledger.reply(reply(model));
    const { rejected, models } = ledger.toJSON();
    expect([Object.keys(rejected), rejected['b'], ledger.rejected]).toEqual([['a', 'b', 'c', 'z'], 2, 5]);
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

describe('Ledger', () => {
  /** A block that took three samples, made two more of them, and has put one out. */
  const underWay = (): Ledger => {
    const ledger = new Ledger();
    ledger.blockOpened({ name: 'fan', type: 'FanBlock' });
    Object.assign(ledger.blocks[0]!, { in: 3, made: 2, out: 1 });
    return ledger;
  };

  it('balances as it stands, what is under way being unfinished', () => {
    const ledger = underWay();
    expect(ledger.soFar()).toMatchObject([{ block: 'fan', in: 3, made: 2, out: 1, unfinished: 4 }]);
    ledger.blocks[0]!.unfinished = 3;
    expect(ledger.soFar()[0]!.unfinished).toBe(4);
    // Samples too many are no such thing, and show when the books are closed.
    ledger.blocks[0]!.out = 9;
    expect(ledger.soFar()[0]!.unfinished).toBe(3);
    expect(ledger.blocks[0]!.unfinished).toBe(3);
  });

  it('says how many samples are lost, and what to do', () => {
    expect(() => underWay().reconcile()).toThrow(
      expect.objectContaining({ what: 'the ledger does not balance: fan (4 lost)', remedy: 'please report this with the run folder' }),
    );
  });

  it('adds what a worker books for a unit', () => {
    const ledger = underWay();
    ledger.unitAnswered('leaf', underWay().toJSON());
    Object.assign(ledger.blocks[0]!, { unfinished: 2, cachedCalls: 3 });
    ledger.add(ledger.toJSON());
    expect(ledger.toJSON()).toMatchObject([{ block: 'fan', in: 12, made: 8, out: 4, unfinished: 4, cachedCalls: 6 }]);
  });

  it('is a table where it is logged', () => {
    expect(inspect(underWay())).toBe(String(underWay()));
  });
});
