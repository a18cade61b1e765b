import { describe, expect, it } from 'vitest';
import type { Block } from '../document.js';
import { pieces } from './pieces.js';
import { readMarkdown } from './read-markdown.js';

const blocksOf = async (markdown: string): Promise<readonly Block[]> => (await readMarkdown(markdown)).blocks;
const said = async (markdown: string): Promise<string[]> =>
  (await blocksOf(markdown)).map((block) =>
    'text' in block ? block.text : [block.header, ...block.rows].map((row) => row.join('|')).join('/'),
  );

describe('readMarkdown', () => {
  it('reads headings, lists, tables and code, with their lines', async () => {
    const markdown =
      '# One *two*\n\nText\nmore.\n\n- a\n  still a\n- b\n\n| x | y |\n| - | - |\n| 1 | 2 |\n\n```js\n# no ' +
      'heading\n```\n\nTwo\n---\n\n    indented\n\n> quoted\n> twice\n';
    expect(await blocksOf(markdown)).toEqual([
      { kind: 'heading', level: 1, text: 'One two', line: 1 },
      { kind: 'paragraph', text: 'Text\nmore.', line: 3 },
      { kind: 'list', text: '- a\n  still a\n- b', line: 6 },
      { kind: 'table', header: ['x', 'y'], rows: [['1', '2']], line: 10 },
      { kind: 'code', text: '```js\n# no heading\n```', line: 14 },
      { kind: 'heading', level: 2, text: 'Two', line: 18 },
      { kind: 'code', text: '```\nindented\n```', line: 21 },
      { kind: 'quote', text: 'quoted\ntwice', line: 23 },
    ]);
  });

  it.each([
    ['yaml', '---\ntitle: "A: b"\ntags: [a]\n---\n', 'A: b'],
    ['toml', '+++\ntitle = "A: b"\n+++\n', 'A: b'],
    ['json', '{\n  "title": "A: b"\n}\n', 'A: b'],
    [';;;', ';;;\n"title": "A: b"\n;;;\n', 'A: b'],
    ['pandoc', '% A: b\n% Me\n\n', 'A: b'],
    ['yaml with dots', '---\ntitle: x\n...\n', 'x'],
  ])('leaves front matter out and keeps its title: %s', async (_, front, title) => {
    const { blocks, dropped, title: named } = await readMarkdown(`${front}Text.\n`);
    expect([blocks, named]).toEqual([[{ kind: 'paragraph', text: 'Text.', line: front.split('\n').length }], title]);
    expect(dropped).toEqual([{ reason: 'front-matter', line: 1, text: front.trimEnd() }]);
  });

  it('takes a rule at the top for no front matter', async () => {
    expect(await said('---\nA sentence, not a field.\n\n---\n\nMore.')).toEqual(['A sentence, not a field.', 'More.']);
  });

  it('leaves out comments, definitions, tags and marks of headings, and lists them', async () => {
    const { blocks, dropped } = await readMarkdown(
      '<!-- secret -->\n# Guide {#guide}\n\nA <!-- b\nc --> d, <b>bold</b> and `<b>` code <br> ' +
        'end.\n\n<details>\n<summary>More</summary>\n\nInside.\n\n</details>\n\n[ref]: https://example.com\n',
    );
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual(['Guide', 'A  d, bold and `<b>` code \n end.', 'More', 'Inside.']);
    expect(dropped.map(({ reason, line }) => [reason, line])).toEqual([
      ['link-definition', 14],
      ['comment', 1],
      ['comment', 4],
    ]);
  });

  it('puts the address where a link names a label, and footnotes behind what names them', async () => {
    expect(
      await said('See [the manual][m], [m] and [none][x].[^1]\n\nNext.\n\n[m]: https://example.com/m\n[^1]: First.\n[^2]: Second.\n'),
    ).toEqual([
      'See [the manual](https://example.com/m), [m](https://example.com/m) and [none][x].[^1]',
      '[^1]: First.',
      'Next.',
      '[^2]: Second.',
    ]);
  });

  it('has the text of a picture in letters, not its letters', async () => {
    const data = `data:image/png;base64,${'A'.repeat(3000)}`;
    const { blocks, notes, dropped } = await readMarkdown(
      `A ![pump](${data}) and <img src="${data}" alt="valve">.\n\n[x]: ${data}\n\nUse ![p][x].`,
    );
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual(['A pump and valve.', 'Use !p.']);
    expect(notes).toEqual(['2 pictures in the text left out']);
    expect(dropped.every(({ text }) => text.length < 4000)).toBe(true);
  });

  it('keeps formulas whole, whatever stands in them', async () => {
    expect(await blocksOf('Energy: $E = mc^2$ and\n\n$$\na\n\n- b\n# c\n$$\n\n\\[ x_1 * x_2 \\]\n\n$$y$$\n')).toEqual([
      { kind: 'paragraph', text: 'Energy: $E = mc^2$ and', line: 1 },
      { kind: 'formula', text: '$$\na\n\n- b\n# c\n$$', line: 3 },
      { kind: 'formula', text: '\\[ x_1 * x_2 \\]', line: 10 },
      { kind: 'formula', text: '$$y$$', line: 12 },
    ]);
  });

  it('leaves code within lists and quotes as it is, and what is escaped', async () => {
    const markdown =
      '1. Add:\n\n        <div>hello</div>\n        <!-- c -->\n\n2. <b>Then</b>\n\n   ```html\n   <p>x</p>\n   ```\n\n' +
      '> See:\n>\n>     <h1>t</h1>\n\nUse \\` and \\<b> and <i>a</i> and \\`.\n\n    ```js\n    x\n    ```\n';
    const said = [
      '1. Add:\n\n        <div>hello</div>\n        <!-- c -->\n\n2. Then\n\n   ```html\n   <p>x</p>\n   ```',
      'See:\n\n    <h1>t</h1>',
      'Use \\` and \\<b> and a and \\`.',
      '````\n```js\nx\n```\n````',
    ];
    const textOf = async (text: string): Promise<unknown[]> => (await blocksOf(text)).map((block) => 'text' in block && block.text);
    expect(await textOf(markdown)).toEqual(said);
    expect(await textOf(`${markdown}\n[ref]: https://example.com\n`)).toEqual(said);
  });

  it('keeps apart what a tag between two pieces of code parts', async () => {
    expect(await said('Type: `string`<br>\nDefault: `x`\n\n- `a`\n\n  <b>B</b>, `c`\n')).toEqual([
      'Type: `string`\n\nDefault: `x`',
      '- `a`\n\n  B, `c`',
    ]);
  });

  it('takes the paragraphs of a footnote for it', async () => {
    const markdown = 'One.[^1]\n\nTwo.[^b]\n[^b]: B.\n[^1]: First\nline.\n\n    Second.\n\n        code\n\nThree.\n# Four\n';
    expect(await said(markdown)).toEqual([
      'One.[^1]',
      '[^1]: First\nline.\n\nSecond.\n\n    code',
      'Two.[^b]',
      '[^b]: B.',
      'Three.',
      'Four',
    ]);
  });

  it('takes what notes, tabs and definitions indent for no code', async () => {
    const markdown = `!!! note "Mind"

    It is *hot*.

    ~~~py
    if x:
        y
    ~~~

    ??? tip

        - a
        - b

=== "Linux"

    apt

Term

:   One.

    Two.

Not this:

    code
`;
    expect((await blocksOf(markdown)).map((block) => 'text' in block && `${block.line} ${block.kind} ${block.text}`)).toEqual([
      '1 paragraph !!! note "Mind"',
      '3 paragraph It is *hot*.',
      '5 code ~~~py\nif x:\n    y\n~~~',
      '10 paragraph ??? tip',
      '12 list - a\n- b',
      '15 paragraph === "Linux"',
      '17 paragraph apt',
      '19 paragraph Term',
      '21 paragraph :   One.',
      '23 paragraph Two.',
      '25 paragraph Not this:',
      '27 code ```\ncode\n```',
    ]);
  });

  const mdx = `import Tabs from '@theme/Tabs';
import B from './b';

export const Red = ({ children }) => (
  <b>{children}</b>
);

# Page

{/* not
this */}

<Tabs>
  <TabItem value="a" label="Apple" default>
    An <Red on={1 > 0}>apple</Red>, \`<Red>\`.

    - one
      more

    ~~~js
    const a = <B />;
      b;
    ~~~

  </TabItem>
</Tabs>

1. Do

    ~~~sh
    run
    ~~~

import this.
`;

  it.each([
    ['x.mdx', ''],
    ['x.md', '---\ntitle: P\n---\n\n'],
  ])('reads MDX without its code and tags: %s', async (file, front) => {
    const { blocks, dropped } = await readMarkdown(front + mdx, file);
    const before = front.split('\n').length - 1;
    expect(blocks.map((block) => 'text' in block && `${block.line! - before} ${block.text}`)).toEqual([
      '8 Page',
      '14 Apple\nAn apple, `<Red>`.',
      '17 - one\n  more',
      '20 ~~~js\nconst a = <B />;\n  b;\n~~~',
      '28 1. Do\n\n    ~~~sh\n    run\n    ~~~',
      '34 import this.',
    ]);
    const listed = dropped.filter(({ reason }) => reason !== 'front-matter');
    expect(listed.map(({ reason, line }) => [reason, line! - before])).toEqual([
      ['hidden', 1],
      ['hidden', 4],
      ['comment', 10],
    ]);
  });

  it('loses no cell of ragged rows, and no bar of escaped ones', async () => {
    expect(await blocksOf('a | b\n--|--\n1 | 2 | 3\n`x \\| y` | <br>z\n')).toEqual([
      {
        kind: 'table',
        header: ['a', 'b', ''],
        rows: [
          ['1', '2', '3'],
          ['`x | y`', 'z'],
        ],
        line: 1,
      },
    ]);
  });

  it('reads tables of HTML, even with blank lines', async () => {
    expect(await blocksOf('<table>\n<tr><th>A</th></tr>\n\n<tr><td>1</td></tr>\n\n</table>\n\nAfter.')).toEqual([
      { kind: 'paragraph', text: 'A', line: 1 },
      { kind: 'paragraph', text: '1', line: 1 },
      { kind: 'paragraph', text: 'After.', line: 8 },
    ]);
    expect(await blocksOf('<table><tr><th>A<th>B</tr>\n\n<tr><td>1<td>2</tr></table>')).toEqual([
      { kind: 'table', header: ['A', 'B'], rows: [['1', '2']], line: 1 },
    ]);
  });

  it('closes what the text leaves open', async () => {
    expect(await said('```js\nlet a;')).toEqual(['```js\nlet a;\n```']);
  });

  it('reads long texts as it reads short ones, with their lines', async () => {
    const part =
      '# Head\n\nText [x].\n\n```sh\n# no heading\n\n```\n\n- a\n- b\n\n<!-- a\n\n# not\n\nb -->\n\n~~~\n# none either\n```\n~~~\n\n';
    const once = await blocksOf(part);
    const often = await blocksOf(`${part.repeat(12_000)}[x]: https://example.com\n`);
    expect(often).toHaveLength(once.length * 12_000);
    const last = often.slice(-once.length);
    const shift = (12_000 - 1) * (part.split('\n').length - 1);
    expect(last.map((block) => block.line! - shift)).toEqual(once.map((block) => block.line));
    expect(last[1]).toMatchObject({ text: 'Text [x](https://example.com).' });
    expect(Array.from(pieces(part.repeat(12_000))).length).toBeGreaterThan(1);
  });

  it.each([
    ['runs of stars', '*a_ '.repeat(80_000)],
    ['deep lists', Array.from({ length: 1500 }, (_, i) => `${'  '.repeat(i)}- item\n`).join('')],
    ['brackets', '['.repeat(60_000)],
    ['half links', '[a](b'.repeat(40_000)],
    ['quotes', `${'>'.repeat(20_000)} x`],
    ['open comments', '<!-- '.repeat(60_000)],
    ['open tags', '<a '.repeat(100_000)],
    ['spaces', `# a${' '.repeat(300_000)}b`],
    ['open formulas', '$$\n\n'.repeat(60_000)],
    ['half pictures', '![ data: '.repeat(40_000)],
    ['notes of one name', '[^1]: x\n'.repeat(100_000)],
  ])(
    'is done with hostile text: %s',
    async (_, text) => {
      expect((await blocksOf(text)).length).toBeGreaterThan(0);
    },
    20_000,
  );
});
