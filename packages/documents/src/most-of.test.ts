import { strToU8, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { readDocument } from './read-document.js';

/** More than can be handed to a function one by one. */
const MANY = 130_000;
const many = (row: string): string => row.repeat(MANY);

const named = ['office', 'text', 'table'].map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`).join(' ');
const row = `<table:table-row>${'<table:table-cell><text:p>a</text:p></table:table-cell>'.repeat(2)}</table:table-row>`;
const table = `<office:body><office:text><table:table>${many(row)}</table:table></office:text></office:body>`;

it('reads rows of a table in OpenDocument, however many they are', async () => {
  const content = strToU8(`<office:document-content ${named}>${table}</office:document-content>`);
  const { blocks } = await readDocument('a.odt', zipSync({ 'content.xml': content }));
  expect(blocks).toHaveLength(1);
});

it.each([
  ['rows of a head in HTML', 'a.html', `<table><thead>${many('<tr><th>a</th><th>b</th></tr>')}</thead></table>`, 1],
  ['rows of a table in RTF', 'a.rtf', `{\\rtf1\\ansi ${many('\\trowd\\cellx1\\cellx2\\intbl a\\cell b\\cell\\row\n')}}`, 1],
  ['paragraphs in a cell of a notebook', 'a.ipynb', JSON.stringify({ cells: [{ cell_type: 'markdown', source: many('a\n\n') }] }), MANY],
])('reads %s, however many they are', async (_, path, text, count) => {
  expect((await readDocument(path, Buffer.from(text))).blocks).toHaveLength(count);
});
