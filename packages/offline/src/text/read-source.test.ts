import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainText, readSource } from './read-source.js';

it('takes Markdown apart into statements under headings, tables and lists', () => {
  const { statements, tables, lists } = readSource(`# Bees

Bees are *insects*. They fly.

## Kinds

| Kind | Days |
| --- | --- |
| Queen | 16 |

There are two more:

- Worker: it works.
- Drone: it does not.

\`\`\`
code. Not prose.
\`\`\``);
  expect(statements.map(({ text, heading }) => `${heading}: ${text}`)).toEqual([
    'Bees: Bees are insects.',
    'Bees: They fly.',
    'Kinds: There are two more:',
    'Kinds: Worker: it works.',
    'Kinds: Drone: it does not.',
  ]);
  expect(tables).toEqual([{ heading: 'Kinds', header: ['Kind', 'Days'], rows: [['Queen', '16']] }]);
  expect(lists).toEqual([{ heading: 'Kinds', lead: 'There are two more:', items: ['Worker: it works.', 'Drone: it does not.'] }]);
});

it('knows the headings that chunks carry as plain lines, and the outline above them', () => {
  const { statements } = readSource(
    'Honey bees: the castes and the year of a colony, the dance language and the senses of bees\nThe Colony\nDefence\nA sting is ' +
      'barbed. It stays.',
  );
  expect(statements).toEqual([
    { text: 'A sting is barbed.', heading: 'Defence', paragraph: 0, position: 0 },
    { text: 'It stays.', heading: 'Defence', paragraph: 0, position: 1 },
  ]);
});

it('does not cut sentences at abbreviations', () => {
  expect(readSource('Mr. Lindgren called St. Ives, e.g. today. He left.').statements.map(({ text }) => text)).toEqual([
    'Mr. Lindgren called St. Ives, e.g. today.',
    'He left.',
  ]);
});

it('drops marks of emphasis, links and code, and leaves names_with_underscores', () => {
  expect(plainText('**Fixed:** the `lamp` of [Cordouan](http://x.org) in *Kidnapped*, not a_b_c')).toBe(
    'Fixed: the lamp of Cordouan in Kidnapped, not a_b_c',
  );
});

it('reads anything', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('# x', '| a |', '- b', '```', '1. c', '---', '| - |')), { maxLength: 12 }),
      (lines) => {
        const { statements } = readSource(lines.join('\n'));
        for (const { text } of statements) expect(text.trim()).toBe(text);
      },
    ),
  );
});
