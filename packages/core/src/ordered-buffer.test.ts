import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedBuffer } from './ordered-buffer.js';

/** What happens to the places of a buffer: each takes some items, in lanes, and the events of all come in any order. */
const scene = fc.array(fc.record({ lane: fc.nat(2), items: fc.nat(4) }), { maxLength: 12 }).chain((places) =>
  fc.record({
    places: fc.constant(places),
    // One entry an item, and one for the end of each place.
    events: fc.shuffledSubarray(
      places.flatMap(({ items }, place) => Array.from({ length: items + 1 }, () => place)),
      { minLength: places.reduce((sum, { items }) => sum + items + 1, 0) },
    ),
  }),
);

describe('OrderedBuffer', () => {
  it.each([true, false])('puts out what an array model does, each lane in its own order (sorted: %s)', (sorted) => {
    fc.assert(
      fc.property(scene, ({ places, events }) => {
        const over: number[] = [];
        const buffer = new OrderedBuffer<[place: number, item: number]>({
          onOver: (number) => over.push(number),
          ...(sorted && { compare: ([, a], [, b]) => a - b }),
        });
        places.forEach(({ lane }) => buffer.begin(lane));
        places.forEach(({ items }, place) => buffer.change(place, items));
        const seen = places.map(() => 0);
        const out: [number, number][] = [];
        for (const place of events) {
          const { items } = places[place]!;
          const at = seen[place]!++;
          if (at < items) expect(buffer.put(place, [place, sorted ? items - 1 - at : at])).toBe(true);
          buffer.change(place, -1);
          for (let item = buffer.next(); item; item = buffer.next()) out.push(item);
        }
        expect([buffer.next(), buffer.waiting()]).toEqual([undefined, undefined]);
        for (const lane of [0, 1, 2]) {
          const numbers = places.flatMap((place, i) => (place.lane === lane ? [i] : []));
          expect(out.filter(([place]) => places[place]!.lane === lane)).toEqual(
            numbers.flatMap((i) => Array.from({ length: places[i]!.items }, (_, item) => [i, item])),
          );
          expect(over.filter((place) => places[place]!.lane === lane)).toEqual(numbers);
        }
      }),
    );
  });

  it('lets items of the first place go as they come, unless they must be sorted', () => {
    const buffer = new OrderedBuffer<string>();
    const [a, b] = [buffer.begin(), buffer.begin()];
    buffer.put(b, 'b');
    expect(buffer.next()).toBeUndefined();
    buffer.put(a, 'a');
    expect([buffer.next(), buffer.next()]).toEqual(['a', undefined]);
    buffer.change(a, -1);
    expect([buffer.next(), buffer.next()]).toEqual(['b', undefined]);
    const sorting = new OrderedBuffer<string>({ compare: (x, y) => (x < y ? -1 : 1) });
    const place = sorting.begin();
    sorting.put(place, 'y');
    sorting.put(place, 'x');
    expect(sorting.next()).toBeUndefined();
    sorting.change(place, -1);
    expect([sorting.next(), sorting.next(), sorting.next()]).toEqual(['x', 'y', undefined]);
  });

  it('takes nothing at a place that is over, and counts a place begun twice as one', () => {
    const buffer = new OrderedBuffer<string>();
    buffer.begin(undefined, 7);
    buffer.begin(undefined, 7);
    buffer.change(7, -1);
    expect(buffer.put(7, 'x')).toBe(true);
    buffer.change(7, -1);
    expect([buffer.put(7, 'y'), buffer.next(), buffer.next()]).toEqual([false, 'x', undefined]);
    // All before it are over and out: a place of the same number is a new one.
    buffer.begin(undefined, 7);
    expect(buffer.put(7, 'z')).toBe(true);
    buffer.end();
    expect([buffer.put(7, 'late'), buffer.next(), buffer.next()]).toEqual([false, 'z', undefined]);
  });

  it('keeps a long line in short order', () => {
    const buffer = new OrderedBuffer<number>();
    for (let i = 0; i < 5000; i++) {
      buffer.put(buffer.begin(), i);
      buffer.change(i, -1);
    }
    for (let i = 0; i < 5000; i++) expect(buffer.next()).toBe(i);
  });

  it('says how many wait in the fullest lane, and for which seed', () => {
    const buffer = new OrderedBuffer<string>();
    const [first, second] = [buffer.begin('a', undefined, 7), buffer.begin('a')];
    const [, other] = [buffer.begin('b'), buffer.begin('b')];
    expect(buffer.waiting()).toBeUndefined();
    buffer.put(second, 'x');
    buffer.put(second, 'y');
    buffer.put(other, 'z');
    expect(buffer.waiting()).toEqual({ count: 2, for: 7 });
    buffer.change(first, -1);
    expect([buffer.next(), buffer.waiting()]).toEqual(['x', { count: 1, for: 1 }]);
    expect([buffer.next(), buffer.waiting()]).toEqual(['y', { count: 1, for: 2 }]);
  });
});
