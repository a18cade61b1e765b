import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Block } from '../document.js';
import { readPdf } from './read-pdf.js';

/** Set pages with the truth about them: two columns, tables of all kinds, headers, Chinese, Arabic, tags. */
const folder = join(import.meta.dirname, '../../../../e2e/documents');

type Truth = {
  readonly kind: string;
  readonly level?: number;
  readonly text?: string;
  readonly items?: string[];
  readonly header?: string[];
  readonly rows?: string[][];
};

/** What a block says, without pages, marks of lists and empty ends. */
function said(block: Block): Truth {
  if (block.kind === 'heading') return { kind: 'heading', level: block.level, text: block.text };
  if (block.kind === 'table') return { kind: 'table', header: [...block.header], rows: block.rows.map((row) => [...row]) };
  if (block.kind === 'list') return { kind: 'list', items: block.text.split('\n').map((item) => item.replace(/^(?:-|\d+\.) /, '')) };
  return { kind: block.kind, text: block.text };
}

describe('readPdf on set pages', () => {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.truth.json'))
    .map((name) => name.replace('.truth.json', ''));

  it.each(names)(
    'reads %s word by word, in order, without its headers',
    async (name) => {
      const truth = JSON.parse(readFileSync(join(folder, `${name}.truth.json`), 'utf8')) as {
        blocks: Truth[];
        dropped: string[];
        ocr?: string[];
      };
      const { blocks, dropped } = await readPdf(readFileSync(join(folder, `${name}.pdf`)), {
        file: `${name}.pdf`,
        ...(truth.ocr && { ocr: truth.ocr }),
      });
      expect(blocks.map(said)).toEqual(truth.blocks);
      expect(truth.dropped.filter((text) => !dropped.some((one) => one.text === text))).toEqual([]);
    },
    120_000,
  );
});
