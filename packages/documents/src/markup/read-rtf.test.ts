import { describe, expect, it } from 'vitest';
import { readDocument } from '../read-document.js';
import type { ReadResult } from '../document.js';

const rtf = (body: string, head = '\\ansi\\ansicpg1252'): Promise<ReadResult> =>
  readDocument('a.rtf', Buffer.from(`{\\rtf1${head}${body}}`));
const said = async (body: string, head?: string): Promise<string[]> =>
  (await rtf(body, head)).blocks.map((block) =>
    block.kind === 'table' ? `table ${[block.header, ...block.rows].map((row) => row.join('|')).join('/')}` : `${block.kind} ${block.text}`,
  );

describe('Rich Text', () => {
  it('has headings by level and by style, paragraphs, signs', async () => {
    const styles = '{\\stylesheet{\\s0 Normal;}{\\s1\\b heading 2;}{\\*\\cs9 Default;}{\\s3 Title;}}';
    expect(
      await said(
        `${styles}\\pard\\s3 Pumps\\par\\pard\\outlinelevel0 Top\\par\\pard\\s1 Below\\par\\pard\\s0 One {\\b two}\\~three\\line ` +
          `four \\{x\\}\\emdash\\par`,
      ),
    ).toEqual(['heading Pumps', 'heading Top', 'heading Below', 'paragraph One two\u00a0three\nfour {x}—']);
  });

  it('has letters of any code page, and those of Unicode once', async () => {
    expect(await said("caf\\'e9 \\u8364?5 \\u-10179?\\u-8704? {\\uc2\\u1044''\\u1072''}\\par")).toEqual(['paragraph café €5 😀 Да']);
    expect(
      await said(
        "{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial Cyr;}{\\f2\\fcharset128 Mincho;}}\\f1\\'c4\\'e0 " +
          "\\f2\\'93\\'fa\\'96\\'7b\\f0\\'e9\\par",
      ),
    ).toEqual(['paragraph Да 日本é']);
    expect(await said("\\'cf\\'f0\\par", '\\ansi\\ansicpg1251')).toEqual(['paragraph Пр']);
  });

  it('keeps powers, indices, and notes that some programs mark as a setting of theirs', async () => {
    expect(await said('E = mc{\\super 2}, H{\\sub 2}O, x\\super i\\super j\\nosupersub  {\\super and so on and on}.\\par')).toEqual([
      'paragraph E = mc<sup>2</sup>, H<sub>2</sub>O, x<sup>ij</sup> and so on and on.',
    ]);
    expect(await said('Go{\\super\\chftn}{\\*\\footnote\\chftn\\~\\plain\\pard {\\pard \\ql Slowly.\\par}}.\\par')).toEqual([
      'paragraph Go[^1].',
      'paragraph [^1]: Slowly.',
    ]);
  });

  it('keeps powers in notes, not their own number, and leaves hidden notes out', async () => {
    expect(await said('Go{\\footnote x{\\super 3}, y\\sub 1\\nosupersub .}.\\par')).toEqual([
      'paragraph Go[^1].',
      'paragraph [^1]: x<sup>3</sup>, y<sub>1</sub>.',
    ]);
    expect(await said('Go{\\super\\chftn{\\footnote{\\super\\chftn} Up{\\super 2}.}} on.\\par')).toEqual([
      'paragraph Go[^1] on.',
      'paragraph [^1]: Up<sup>2</sup>.',
    ]);
    for (const hidden of [
      '{\\v{\\footnote Secret.}}',
      '{\\footnote{\\v Secret.}}',
      '{\\footnote\\v Secret.}',
      '{\\v a {\\footnote Secret.} b}',
    ]) {
      const { blocks, dropped } = await rtf(`Go${hidden}.\\par`);
      expect(blocks).toEqual([{ kind: 'paragraph', text: 'Go.' }]);
      expect(dropped.map(({ text, reason }) => [text.replace(/^a | b$/g, ''), reason])).toEqual([['Secret.', 'hidden']]);
    }
  });

  it('has lists by their marks, tables, notes behind their paragraph', async () => {
    expect(
      await said(
        "\\pard{\\listtext\\f3\\'b7\\tab}Open.\\par\\pard{\\pntext 2.\\tab}Close.\\par\\pard " +
          'Then{\\super\\chftn{\\footnote\\pard\\plain Slowly.\\par}} go.\\par',
      ),
    ).toEqual(['list - Open.\n2. Close.', 'paragraph Then[^1] go.', 'paragraph [^1]: Slowly.']);
    expect(await said('\\trowd\\pard\\intbl A\\cell B\\par b\\cell\\row\\trowd\\intbl 1\\cell\\cell\\row\\pard After\\par')).toEqual([
      'table A|B b/1|',
      'paragraph After',
    ]);
  });

  it('lists what it leaves out, and knows nothing of settings and pictures', async () => {
    const { blocks, dropped } = await rtf(
      '{\\info{\\title T}}{\\*\\generator X;}{\\header\\pard Manual\\par}Text{\\v hidden} on.{\\*\\bkmkstart a}{\\pict\\wmetafile8 0102}' +
        '{\\field{\\*\\fldinst HYPERLINK "http://x"}{\\fldrslt link}}{\\footer Page}\\par{\\*\\shpinst{\\sp x}{\\shptxt Boxed.\\par}}' +
        '{\\object\\objemb{\\*\\objclass Word}{\\*\\objdata 0102}{\\result Shown.}}',
    );
    expect(blocks.map((block) => 'text' in block && block.text)).toEqual(['Text on.link', 'Boxed.', 'Shown.']);
    expect(dropped).toEqual([
      { text: 'Manual', reason: 'header' },
      { text: 'hidden', reason: 'hidden' },
      { text: 'Page', reason: 'footer' },
    ]);
  });

  it('fails in words for what is none, and reads what is damaged as far as it goes', async () => {
    await expect(readDocument('a.rtf', Buffer.from('plain'))).rejects.toThrow('it is no Rich Text');
    await expect(rtf('{'.repeat(2000) + 'x')).rejects.toThrow('nested too deeply');
    expect(await said('Open {the \\b valve')).toEqual(['paragraph Open the valve']);
    expect(await said('a}}}b')).toEqual(['paragraph ab']);
  });
});
