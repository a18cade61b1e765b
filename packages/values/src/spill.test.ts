import { readdirSync, readlinkSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { Spill } from './spill.js';

afterEach(() => void vi.unstubAllEnvs());

it('gives every text back, in any order, whatever its length beside what is kept in memory', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 40 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 60 }), fc.infiniteStream(fc.nat()), (all, pending, draws) => {
      const spill = new Spill(pending);
      const places = all.map((text, i) => {
        const place = spill.add(text);
        // Read while more is to come, too.
        const earlier = (draws.next().value as number) % (i + 1);
        if (earlier < i) expect(spill.read(placed[earlier]!)).toBe(all[earlier]);
        placed.push(place);
        return place;
      });
      for (const i of [...places.keys()].reverse()) expect(spill.read(places[i]!)).toBe(all[i]);
      spill.close();
      spill.close();
      placed.length = 0;
    }),
  );
});
const placed: ReturnType<Spill['add']>[] = [];

it('goes to no disk while the texts are few, and says which folder cannot be written once they are many', () => {
  vi.stubEnv('TMPDIR', '/nowhere/at/all');
  const spill = new Spill(10);
  const [one, two] = [spill.add('five!'), spill.add('fives')];
  expect([spill.read(one), spill.read(two)]).toEqual(['five!', 'fives']);
  expect(() => spill.add('x')).toThrow(/cannot write \/nowhere\/at\/all/);
  expect(() => new Spill(10).add('longer than ten')).toThrow(/cannot write \/nowhere\/at\/all/);
});

it.runIf(process.platform === 'linux')('leaves no name behind, and no file open once it is closed', () => {
  const open = (): string[] =>
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        const path = readlinkSync(`/proc/self/fd/${fd}`);
        return path.includes('sdg-spill-') ? [path] : [];
      } catch {
        return [];
      }
    });
  const spill = new Spill(4);
  spill.add('longer than four');
  expect(open()).toEqual([expect.stringMatching(/\(deleted\)$/)]);
  spill.close();
  expect(open()).toEqual([]);
});
