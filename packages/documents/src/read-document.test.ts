import { describe, expect, it } from 'vitest';
import { isDocument, readDocument } from './read-document.js';
import { makePdf } from './test-support/make-pdf.js';
import { makeDocx, makeZip } from './test-support/make-zip.js';

const why = async (path: string, bytes: Buffer): Promise<string> => readDocument(path, bytes).then(() => 'was read', (error: Error) => error.message);

describe('readDocument', () => {
  it('reads Markdown: headings, lists item by item, tables and code whole, no front matter', async () => {
    const markdown = '---\ntitle: x\n---\n# One *two*\r\n\r\nText\nmore.\n\n- a\n  still a\n- b\n\n| x | y |\n| - | - |\n| 1 | 2 |\n\n```js\n# no heading\n```\n\nTwo\n---\n';
    expect(await readDocument('x.md', Buffer.from(markdown))).toEqual([
      { kind: 'heading', depth: 1, text: 'One two' },
      { kind: 'text', text: 'Text\nmore.' },
      { kind: 'list-item', text: '- a\n  still a' },
      { kind: 'list-item', text: '- b' },
      { kind: 'table', text: '| x | y |\n| - | - |\n| 1 | 2 |' },
      { kind: 'code', text: '```js\n# no heading\n```' },
      { kind: 'heading', depth: 2, text: 'Two' },
    ]);
  });

  it('reads plain text by paragraphs', async () => {
    expect(await readDocument('x.TXT', Buffer.from('\ufeffone\ntwo\r\n\r\n  three\n\n\n# four\n'))).toEqual([
      { kind: 'text', text: 'one\ntwo' },
      { kind: 'text', text: '  three' },
      { kind: 'text', text: '# four' },
    ]);
  });

  it('reads HTML without scripts and styles', async () => {
    const html = '<html><head><title>t</title><style>p{}</style></head><body><h2>Head</h2><p>Some <b>text</b>.</p><script>alert(1)</script><ul><li>a<li>b</ul><table><tr><th>x<tr><td>1</table></body></html>';
    expect(await readDocument('x.html', Buffer.from(html))).toEqual([
      { kind: 'heading', depth: 2, text: 'Head' },
      { kind: 'text', text: 'Some **text**.' },
      { kind: 'list-item', text: '- a' },
      { kind: 'list-item', text: '- b' },
      { kind: 'table', text: '| x |\n| - |\n| 1 |' },
    ]);
  });

  it('reads Word documents by their styles', async () => {
    const docx = makeDocx([{ text: 'Head', style: 'Heading1' }, { text: 'Some text.' }]);
    expect(await readDocument('x.docx', docx)).toEqual([
      { kind: 'heading', depth: 1, text: 'Head' },
      { kind: 'text', text: 'Some text.' },
    ]);
  });

  it('reads PDF: headings by size, paragraphs by gaps, words over lines and pages', async () => {
    const pdf = makePdf([
      [
        { text: 'Rivers (of Europe)', size: 20, y: 750 }, { text: 'The Rhine is', y: 720 }, { text: 'a long river.', y: 708 },
        { text: 'It ends in the', y: 680 },
      ],
      [{ text: 'North Sea.', y: 750 }, { text: '- one', y: 730 }, { text: 'Others', size: 14, y: 700 }, { text: 'The Danube.', y: 680 }],
    ]);
    expect(await readDocument('x.pdf', pdf)).toEqual([
      { kind: 'heading', depth: 1, text: 'Rivers (of Europe)' },
      { kind: 'text', text: 'The Rhine is a long river.' },
      { kind: 'text', text: 'It ends in the North Sea.' },
      { kind: 'list-item', text: '- one' },
      { kind: 'heading', depth: 2, text: 'Others' },
      { kind: 'text', text: 'The Danube.' },
    ]);
  });

  it('says in one line why a document gives no text', async () => {
    const text = [[{ text: 'secret', y: 700 }]];
    expect(await why('x.pdf', makePdf(text, { encrypted: true }))).toBe('it needs a password');
    expect(await why('x.pdf', makePdf([[]]))).toBe('it has no text, only pictures');
    expect(await why('x.pdf', Buffer.from('no PDF at all'))).toMatch(/^it is no PDF/);
    expect(await why('x.pdf', makePdf(text).subarray(0, 300))).toMatch(/^it is damaged/);
    expect(await why('x.docx', Buffer.from('no zip'))).toBe('it is not a Word document (.docx)');
    expect(await why('x.docx', makeZip({ 'a.txt': 'x' }))).toMatch(/^it cannot be read/);
    expect(await why('x.docx', makeDocx([{ text: 'x' }], 2_000_000_000))).toBe('it is too large when unpacked');
    expect(await why('x.md', Buffer.from([0xff, 0x80, 0x81]))).toBe('it is not UTF-8 text');
    expect(await why('x.md', Buffer.from('\n\n'))).toBe('it has no text');
    expect(await why('x.exe', Buffer.from('x'))).toBe('its type is not known');
  });

  it('knows documents by the ends of their names', () => {
    expect(['a.md', 'b.PDF', 'c/d.html', 'e.docx', 'f.txt'].every(isDocument)).toBe(true);
    expect(['md', 'a.doc', 'b.exe', 'c'].some(isDocument)).toBe(false);
  });
});

it('reads long Markdown as it reads short', async () => {
  const part = '# Head\n\nText.\n\n```sh\n# no heading\n```\n\n- a\n- b\n\n~~~\n# none either\n```\n~~~\n\n';
  const once = await readDocument('x.md', Buffer.from(part));
  const often = await readDocument('x.md', Buffer.from(part.repeat(1000)));
  expect(often).toHaveLength(once.length * 1000);
  expect(often.slice(-once.length)).toEqual(once);
});

it('takes very long tables and paragraphs as they are, in their places, and not in code', async () => {
  const table = `| a | b |\n|---|---|\n${Array.from({ length: 20_000 }, (_, n) => `| ${n} | x |`).join('\n')}`;
  const paragraph = Array.from({ length: 20_000 }, (_, n) => `line ${n} of *text*`).join('\n');
  const read = (text: string): Promise<unknown> => readDocument('x.md', Buffer.from(text));
  const before = [{ kind: 'heading', depth: 1, text: 'Head' }, { kind: 'text', text: 'Before.' }];
  const after = [{ kind: 'text', text: 'After.' }];
  expect(await read(`# Head\n\nBefore.\n\n${table}\n\nAfter.\n\n${paragraph}\n`)).toEqual([
    ...before, { kind: 'table', text: table }, ...after, { kind: 'text', text: paragraph },
  ]);
  expect(await read(table)).toEqual([{ kind: 'table', text: table }]);
  expect(await read(`Before.\n\n\`\`\`\na\n\n${table}\n\`\`\`\n\nAfter.`)).toEqual([
    { kind: 'text', text: 'Before.' }, { kind: 'code', text: `\`\`\`\na\n\n${table}\n\`\`\`` }, ...after,
  ]);
});

it('does not begin a text that it would not finish', async () => {
  const bytes = Buffer.alloc(20_000_001, 'a ');
  for (const name of ['a.md', 'a.txt', 'a.html']) await expect(readDocument(name, bytes)).rejects.toThrow('it has 21 MB, more than the 20 MB that a text may have');
});
