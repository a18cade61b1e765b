import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRating } from './parse-rating.js';

describe('parseRating', () => {
  it.each([
    ['Clear and safe.\n\nRating: [[1]]', 1],
    ['Rating: [2]', 2],
    ['**Rating:** [[3]]', 3],
    ['**Rating** (1 to 3): [3]', 3],
    ['rating of [2]', 2],
    ['**Rating**: **[[3]]**', 3],
    ['rating is [[ 2 ]].', 2],
    ['Rating (1 to 3):\n[[2]]', 2],
    ['Rating: [[2/3]]', 2],
    ['Rating: [[2.5]]', 2.5],
    ['Rating: [[0]] because [1] says so', 0],
    ['Rating: [[2]] … to repeat, Rating: [[2]]', 2],
    ['Rating: [1], or as asked, Rating: [[3]]', 3],
  ])('%j is %d', (reply, rating) => {
    expect(parseRating(reply)).toEqual({ rating });
  });

  it.each(['', 'Rating: 2', '[[2]]', 'Score: [[2]]', 'Rating: [[n]]', 'Rating: [[two]]', 'Ratings vary; see [[the appendix]]', 'Rating: 2 (as in [appendix] [[3]])', 'Rating: 3 out of [5]', 'Rating: 1. See [2].', 'Rating from [1] to [3]: 2'])(
    '%j has none',
    (reply) => {
      expect(parseRating(reply)).toEqual({ problem: 'the reply has no "Rating: [[n]]"' });
    },
  );

  it('does not choose between two ratings', () => {
    expect(parseRating('Rating: [[1]]. On second thought, Rating: [[3]].')).toEqual({ problem: 'the reply gives several ratings: 1, 3' });
  });

  it('reads any number in any talk without brackets, and never fails', () => {
    const talk = fc.string().filter((text) => !/[[\]]|rating/i.test(text));
    fc.assert(
      fc.property(talk, talk, fc.integer({ min: -9, max: 99 }), fc.boolean(), (before, after, n, double) => {
        expect(parseRating(`${before}\nRating: ${double ? `[[${n}]]` : `[${n}]`}${after}`)).toEqual({ rating: n });
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void parseRating(text)));
  });
});
