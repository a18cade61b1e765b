import { observers, type CallRecord, type Observer } from '@sdg/core';
import { exchangeOf, type Exchange, type FarCallLog } from '@sdg/session';

/** What the coordinator wants to hear of the calls of a unit. */
export type Telling = ReturnType<FarCallLog['wants']>;

interface Gathered {
  readonly tries: CallRecord[];
  readonly exchanges: Exchange[];
  count: number;
}

const keyOf = (block = '', sample = ''): string => `${block} ${sample}`;

/**
 * What was asked for units in hand, unit by unit. A teacher tells of its tries without knowing of units: they are found by
 * the block and the sample that asked.
 */
export class CallsByUnit {
  readonly #asking = new Map<string, Gathered>();

  /** To be told of the tries of all units. */
  readonly observer: Observer = {
    tryEnded: (record) => void this.#asking.get(keyOf(record.block, record.sample))?.tries.push(record),
  };

  /** Begins to gather what one unit asks. */
  open(telling: Telling): { readonly observer: Observer; end(): { tries: CallRecord[]; exchanges: Exchange[] | number } } {
    const gathered: Gathered = { tries: [], exchanges: [], count: 0 };
    const keys = new Set<string>();
    const asking: Observer = {
      callBegan: ({ name }, _call, { sampleId }) => {
        const key = keyOf(name, sampleId?.replace(/\/again\.\d+$/, ''));
        keys.add(key);
        this.#asking.set(key, gathered);
      },
    };
    const ended: Observer = {
      callEnded: ({ name }, _call, request, end) =>
        telling === 'all' ? gathered.exchanges.push(exchangeOf(name, request, end)) : gathered.count++,
    };
    return {
      observer: observers(asking, ended),
      end: () => {
        for (const key of keys) this.#asking.delete(key);
        return { tries: gathered.tries, exchanges: telling === 'all' ? gathered.exchanges : gathered.count };
      },
    };
  }
}
