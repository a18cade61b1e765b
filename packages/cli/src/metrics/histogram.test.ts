import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Histogram, seriesLine } from './histogram.js';

it('counts up over its buckets, a bound being in its own', () => {
  const histogram = new Histogram('h', 'Help.', [1, 2]);
  for (const value of [0.5, 1, 1.5, 99]) histogram.observe({ a: 'x' }, value);
  histogram.observe({ a: 'y' }, 2);
  expect(histogram.lines()).toEqual([
    '# HELP h Help.',
    '# TYPE h histogram',
    'h_bucket{a="x",le="1"} 2',
    'h_bucket{a="x",le="2"} 3',
    'h_bucket{a="x",le="+Inf"} 4',
    'h_sum{a="x"} 102',
    'h_count{a="x"} 4',
    'h_bucket{a="y",le="1"} 0',
    'h_bucket{a="y",le="2"} 1',
    'h_bucket{a="y",le="+Inf"} 1',
    'h_sum{a="y"} 2',
    'h_count{a="y"} 1',
  ]);
});

it('keeps any label on one line, to be read back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', '{', '}', ',') }), (text) => {
      const [, written] = /^m\{a="((?:[^"\\\n]|\\[\\"n])*)"\} 1$/.exec(seriesLine('m', { a: text }, 1)) ?? [];
      expect(written?.replace(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark))).toBe(text);
    }),
  );
});
