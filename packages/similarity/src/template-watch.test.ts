import { describe, expect, it } from 'vitest';
import { minHash } from './min-hash.js';
import { NearIndex } from './near-index.js';
import { rougeTokens } from './rouge-l.js';
import { RougePool } from './rouge-pool.js';
import { TemplateWatch, describeTemplates } from './template-watch.js';

/** What the watch makes of texts that go through a search for repeats by letters. */
function watched(texts: readonly string[], isLike: (text: string) => boolean) {
  const watch = new TemplateWatch();
  for (const text of texts) watch.see(text, isLike(text));
  return watch.finding;
}
function byRouge(threshold = 0.7): (text: string) => boolean {
  const pool = new RougePool();
  return (text) => {
    const query = pool.ask(rougeTokens(text), threshold);
    for (const one of query.candidates()) if (query.isLike(one)) return true;
    pool.add(rougeTokens(text));
    return false;
  };
}
function byMinHash(threshold = 0.8): (text: string) => boolean {
  const index = new NearIndex({ threshold });
  return (text) => {
    const signature = minHash(text);
    if (index.find(signature)) return true;
    index.add(signature);
    return false;
  };
}

const THINGS = 'apples bread coal dates eels flax grapes honey iron jute kelp lemons maize nuts oil paper quartz rice silk tea'.split(' ');
const NAMES = THINGS.map((thing) => `${thing[0]!.toUpperCase()}${thing.slice(1)}`);
const ASKED = ['Who discovered the old road to {} in the year of the flood?', 'How many people live in the town of {} at this time?'];
const filled = (words: readonly string[]): string[] => words.flatMap((word) => ASKED.map((text) => text.replace('{}', word)));

describe('TemplateWatch', () => {
  it.each([
    ['names', NAMES],
    ['numbers', THINGS.map((_, i) => String(1900 + i))],
    ['plain words', THINGS],
  ])('says that ROUGE-L eats texts that differ in %s', (_what, words) => {
    const finding = watched(filled(words), byRouge());
    expect(finding).toMatchObject({ seen: 40, dropped: 38 });
    expect(finding!.apart).toBeGreaterThanOrEqual(30);
    expect(describeTemplates(finding!)).toContain('of the first 40 texts 38 were dropped as repeats');
  });

  it('says so of MinHash, where templates are long', () => {
    const long = NAMES.map((name) =>
      `${ASKED[0]!} ${ASKED[1]!} Give the answer in one short sentence, please.`.replace('{}', name).replace('{}', name),
    );
    expect(watched(long, byMinHash(0.5))).toMatchObject({ seen: 20 });
  });

  it('says nothing of what is really said again, in the same or in hardly other words', () => {
    const again = (text: string): string[] => [
      text,
      text,
      `${text} Please.`,
      `Well, ${text}`,
      text.replace('the', 'that'),
      text.replace('?', ' then?'),
    ];
    const texts = Array.from({ length: 30 }, (_, i) => `Why do the ${THINGS[i % 20]} of ${NAMES[(i * 7) % 20]} number ${i} cost so much?`);
    const all = texts.flatMap(again);
    expect(watched(all, (text) => !texts.includes(text))).toBeUndefined();
    expect(watched(filled(NAMES), () => false)).toBeUndefined();
    expect(watched([], () => true)).toBeUndefined();
    expect(
      watched(
        Array.from({ length: 500 }, () => 'Why is the sky blue over Lima?'),
        byRouge(),
      ),
    ).toBeUndefined();
  });

  /** Whether the one speaks of something else than the other, which each of ten scopes has before it. */
  const isApart = (one: string, other: string): boolean => {
    const watch = new TemplateWatch();
    for (let scope = 0; scope < 10; scope++) {
      watch.see(one, false, String(scope));
      watch.see(other, true, String(scope));
    }
    return watch.finding !== undefined;
  };

  it.each([
    ['Who founded Lima?', 'Who founded Oslo?'],
    ['Rome has 12 hills', 'Rome has 7 hills'],
    ['the v.x Lima grew', 'the v.x Oslo grew'],
    ['  Who  founded Lima?', 'Who founded\tOslo?'],
  ])('takes names and numbers for what a text is about: %j, %j', (one, other) => {
    expect(isApart(one, other)).toBe(true);
  });

  it.each([
    ['who founded lima', 'who founded oslo', 'one other word may be a slip'],
    ['Lima is large', 'Oslo is large', 'a sentence begins with a capital'],
    ['Look. Lima is large', 'Look. Oslo is large', 'a sentence begins with a capital'],
    ['buy an iPhone now', 'buy an eBay now', 'a capital inside is no name'],
    ['12 13', '14 15', 'all of it is filler'],
    ['Who founded Lima?', 'Who founded Lima?', 'it is the same'],
  ])('does not: %j, %j, since %s', (one, other) => {
    expect(isApart(one, other)).toBe(false);
  });

  it('looks at texts of up to 600 characters, and at 5,000 of them', () => {
    const long = (name: string, length: number): string => `Who founded ${name} `.padEnd(length, 'x');
    expect(isApart(long('Lima', 600), long('Oslo', 600))).toBe(true);
    expect(isApart(long('Lima', 601), long('Oslo', 601))).toBe(false);
    const watch = new TemplateWatch();
    for (let scope = 0; scope < 3000; scope++) {
      watch.see('Who founded Lima?', false, String(scope));
      watch.see('Who founded Oslo?', true, String(scope));
    }
    expect(watch.finding).toMatchObject({ seen: 5000, dropped: 2500, apart: 2500 });
  });

  it('quotes texts, the long ones cut', () => {
    const quoted = (one: string, other: string): string =>
      /something else: (.*); a higher threshold/.exec(describeTemplates({ seen: 9, dropped: 5, apart: 4, example: [one, other] }))![1]!;
    expect(quoted('short "one"', 'x'.repeat(80))).toBe(`"short \\"one\\"" and "${'x'.repeat(80)}"`);
    expect(quoted('x'.repeat(81), 'y')).toBe(`"${'x'.repeat(80)}…" and "y"`);
  });

  it('holds little of a set without end, and of texts without words', () => {
    const watch = new TemplateWatch();
    for (let i = 0; i < 6000; i++) watch.see(i % 2 === 0 ? '' : `${i} `.repeat(5000), true);
    expect(watch.finding).toBeUndefined();
  });
});
