import type { Block, Dropped, ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { fencedCode, parseJson } from '../make-block.js';
import { readMarkdown } from '../markdown/read-markdown.js';
import { addAll } from '../most-of.js';

type Text = string | readonly string[] | undefined;

interface Output {
  readonly output_type?: string;
  readonly text?: Text;
  readonly data?: Readonly<Record<string, Text>>;
  readonly ename?: string;
  readonly evalue?: string;
}

interface Cell {
  readonly cell_type?: string;
  readonly source?: Text;
  readonly input?: Text;
  readonly outputs?: readonly Output[];
}

interface Notebook {
  readonly cells?: readonly Cell[];
  readonly worksheets?: readonly { readonly cells?: readonly Cell[] }[];
  readonly metadata?: { readonly language_info?: { readonly name?: string }; readonly kernelspec?: { readonly language?: string } };
}

const joined = (text: Text): string => (typeof text === 'string' ? text : (text ?? []).join(''));

/** What stands at a terminal in the end: without colours, and of a line that was written anew, as by progress bars, the last. */
const asShown = (text: string): string => text.replace(/\u001b\[[0-9;]*[mK]/g, '').replace(/[^\n]*\r(?!\n|$)/g, '');

/** What a cell printed, as text; pictures are left out. */
function outputText({ output_type, text, data, ename, evalue }: Output): string {
  if (output_type === 'error') return `${ename ?? 'Error'}: ${evalue ?? ''}`;
  return asShown(joined(text) || joined(data?.['text/markdown']) || joined(data?.['text/plain'])).trimEnd();
}

function parseNotebook(json: string): { readonly cells: readonly Cell[]; readonly language: string } {
  const notebook = parseJson(json) as Notebook;
  const cells = notebook.cells ?? notebook.worksheets?.flatMap(({ cells: own }) => own ?? []);
  if (!Array.isArray(cells)) throw new DocumentError('it is no notebook: it has no cells', 'save it again');
  const { metadata } = notebook;
  return { cells: cells as readonly Cell[], language: metadata?.language_info?.name ?? metadata?.kernelspec?.language ?? 'python' };
}

/** What a cell gave: tables as such, which text cuts at the width of a screen; all else as it was printed. */
async function outputBlocks(output: Output): Promise<Block[]> {
  const html = joined(output.data?.['text/html']);
  if (/<table[\s>]/i.test(html)) {
    const { readHtmlFragment } = await import('../html/read-html.js');
    const { blocks } = readHtmlFragment(html);
    if (blocks.some(({ kind }) => kind === 'table')) return blocks as Block[];
  }
  const text = outputText(output);
  return text.trim() === '' ? [] : [{ kind: 'code', text: fencedCode(text) }];
}

/** Code, and below it what it printed. */
async function codeBlocks(source: string, outputs: readonly Output[], language: string): Promise<Block[]> {
  const printed = await Promise.all(outputs.map(outputBlocks));
  return [{ kind: 'code', text: fencedCode(source.trimEnd(), language) }, ...printed.flat()];
}

/** A Jupyter notebook as blocks: its Markdown, its code in the notebook's language, and what the code printed. */
export async function readNotebook(json: string): Promise<ReadResult> {
  const { cells, language } = parseNotebook(json);
  const blocks: Block[] = [];
  const dropped: Dropped[] = [];
  let title: string | undefined;
  for (const { cell_type: type, source: own, input, outputs = [] } of cells) {
    const source = joined(own ?? input).replaceAll('\r\n', '\n');
    if (type === 'markdown' || type === 'heading') {
      const read = await readMarkdown(source);
      // Lines of a cell say nothing of the file.
      for (const { line: _line, ...block } of read.blocks) blocks.push(block as Block);
      for (const { text, reason } of read.dropped) dropped.push({ text, reason });
      title ??= read.title;
    } else if (source.trim() === '') continue;
    else if (type === 'code') addAll(blocks, await codeBlocks(source, outputs, language));
    else if (type === 'raw') blocks.push({ kind: 'paragraph', text: source.trim() });
  }
  return { ...(title !== undefined && { title }), blocks, dropped, notes: [] };
}
