import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import { contentHash } from './content-hash.js';
import { derive, evolve, isLineage, leafOf, lineageOf, seedSample } from './lineage.js';
import { parsedFault, scopeOf } from './sample.js';

describe('lineage', () => {
  it('gives a seed the same id whatever the order of its columns, and its origin no say in it', () => {
    const a = seedSample({ x: 1, y: 'b' }, { leaf: 'l', file: 'f', line: 3 });
    const b = seedSample({ y: 'b', x: 1 });
    expect(a._sdg.id).toBe(b._sdg.id);
    expect(a._sdg).toMatchObject({ root: a._sdg.id, path: [], origin: { leaf: 'l', file: 'f', line: 3 } });
    expect(seedSample({ x: 2, y: 'b' })._sdg.id).not.toBe(a._sdg.id);
  });

  it('takes a sample without lineage as a seed', () => {
    expect(lineageOf({ x: 1 }).id).toBe(seedSample({ x: 1 })._sdg.id);
  });

  it('tells children apart by block and index, and remembers who wrote them', () => {
    const seed = seedSample({ x: 1 });
    const [a, b] = [0, 1].map((index) => derive(seed, { q: index }, { block: 'gen', index, teacher: 'm' }));
    expect(a!._sdg.id).not.toBe(b!._sdg.id);
    expect(b!._sdg).toMatchObject({ root: seed._sdg.id, path: ['gen.1'], teachers: ['m'] });
    const grandchild = derive(b!, { q: 2 }, { block: 'judge', index: 0, teacher: 'm' });
    expect(grandchild._sdg).toMatchObject({ root: seed._sdg.id, path: ['gen.1', 'judge.0'], teachers: ['m'] });
    expect(evolve(grandchild, { q: 3 })._sdg).toBe(grandchild._sdg);
  });

  it('names the steps whose reply had to be mended, and those alone', () => {
    const seed = seedSample({ x: 1 });
    const plain = derive(seed, {}, { block: 'a', index: 0 });
    expect('mended' in plain._sdg || 'mended' in derive(seed, {}, { block: 'a', index: 0, mended: false })._sdg).toBe(false);
    const mended = derive(plain, {}, { block: 'b', index: 1, mended: true });
    expect(mended._sdg.mended).toEqual(['b.1']);
    expect(derive(mended, {}, { block: 'c', index: 0, mended: true })._sdg.mended).toEqual(['b.1', 'c.0']);
  });

  it.each([
    ['full', true],
    ['v1.', true],
    ['.own', true],
    ['..', false],
    ['a/b', false],
    [5, false],
  ])('takes %j for the name of a pipeline: %s', (pipeline, isTaken) => {
    expect(isLineage({ ...seedSample({ x: 1 })._sdg, pipeline })).toBe(isTaken);
  });

  it('never mutates what it was given', () => {
    const seed = Object.freeze(seedSample({ x: 1 }));
    expect(() => derive(seed, { ...seed, y: 1 }, { block: 'b', index: 0 })).not.toThrow();
  });
});

describe('canonicalJson', () => {
  it('is the same for equal values and reads back as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
        if (typeof plain === 'object' && plain !== null && !Array.isArray(plain)) {
          expect(canonicalJson(Object.fromEntries(Object.entries(plain).reverse()))).toBe(canonicalJson(plain));
        }
      }),
    );
  });

  it('keeps parts of a hash apart', () => {
    expect(contentHash('ab', 'c')).not.toBe(contentHash('a', 'bc'));
    expect(contentHash('a')).toMatch(/^[0-9a-f]{32}$/);
    // Ids and the names of stored calls rest on it: it is the same for ever.
    expect(contentHash('output', '{"prompt":"é"}')).toBe('0a190c66dce9a08c4a9c5e1adabd62a0');
  });
});

describe('isLineage', () => {
  const least = { id: 'a', root: 'a', path: [] };

  it.each([{}, { origin: {} }, { origin: { leaf: 'x' } }, { teachers: [] }, { teachers: ['m'] }, { pipeline: 'full' }, { more: 1 }])(
    'takes one with %j',
    (more) => {
      expect(isLineage({ ...least, ...more })).toBe(true);
    },
  );

  it.each([
    { origin: null },
    { origin: [] },
    { origin: 'x' },
    { teachers: 'm' },
    { teachers: [1] },
    { teachers: null },
    { pipeline: 'a/b' },
    { pipeline: '..' },
    { path: [1] },
    { id: 1 },
    { root: undefined },
  ])('refuses one with %j', (more) => {
    expect(isLineage({ ...least, ...more })).toBe(false);
  });
});

describe('what is made of a sample', () => {
  it('names each teacher once, in order of first use, and none where none wrote', () => {
    const seed = seedSample({ a: 1 });
    const by = (parent: typeof seed, teacher?: string) => derive(parent, { a: 1 }, { block: 'b', index: 0, ...(teacher && { teacher }) });
    expect(by(by(by(seed, 'm'), 'n'), 'm')._sdg.teachers).toEqual(['m', 'n']);
    expect('teachers' in by(seed)._sdg).toBe(false);
  });

  it('is of the leaf that a column names, or else of where its seed was read', () => {
    expect([scopeOf({ leaf_node_path: 'a/b' }), scopeOf({ leaf_node_path: 7 }), scopeOf({})]).toEqual(['a/b', '', '']);
    expect(leafOf({ leaf_node_path: 'a/b', _sdg: { id: 'x', root: 'x', path: [], origin: { leaf: 'c' } } })).toBe('a/b');
    expect(leafOf(seedSample({ a: 1 }, { leaf: 'c' }))).toBe('c');
    expect(leafOf({ a: 1 })).toBe('');
  });

  it('has one fault where any of its values has one', () => {
    expect(parsedFault({ a: 1, b: ['x', null], c: { d: false } })).toBeUndefined();
    expect(parsedFault({ a: [1], b: { c: [Infinity] }, d: 1 })).toContain('too large');
  });
});
