import { jsonLines } from '@sdg/testing/json-lines';
import { sumOf } from '@sdg/core';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bin } from '../bins.js';
import type { BenchContext } from '../context.js';
import {
  brokenWords,
  charactersKept,
  commonWords,
  repeatedLines,
  rowsKept,
  tableRows,
  truthRows,
  truthWords,
  type Truth,
} from '../document-marks.js';
import { installPeers } from '../install-peers.js';
import { peerScript } from '../peers/peer-script.js';
import { atMost, higher, lower, type Measured, missing, row, type Suite } from '../suite.js';

const ours = fileURLToPath(new URL('../../../../e2e/documents', import.meta.url));

const TOOLS = {
  pymupdf4llm: ['pymupdf4llm', 'pymupdf'],
  markitdown: ['markitdown[pdf,docx,pptx,xlsx]'],
  pypdf: ['pypdf', 'cryptography'],
} as const;

/** Which kinds of files each program takes part with. */
const KINDS: Readonly<Record<string, RegExp>> = {
  sdg: /\.(?:pdf|docx|pptx|xlsx|html?|md)$/i,
  pymupdf4llm: /\.pdf$/i,
  markitdown: /\.(?:pdf|docx|pptx|xlsx|html?)$/i,
  pypdf: /\.pdf$/i,
};

/** What a program made of some files. */
interface Reading {
  readonly texts: ReadonlyMap<string, string>;
  readonly seconds: number;
  readonly megabytes: number;
}

interface Sample {
  readonly document: string;
  readonly _sdg: { readonly origin: { readonly file: string; readonly headings?: readonly string[] } };
}

/** The folder to read: one that is named, or that of the project. */
const folderOf = (context: BenchContext): string => context.documents ?? ours;

const filesOf = (folder: string): string[] =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => KINDS['sdg']!.test(name))
    .sort()
    .map((name) => join(folder, name));

/** Chunks put together again, their headings once where they stand first: as the others give a document. */
function joined(samples: readonly Sample[]): Map<string, string> {
  const texts = new Map<string, string>();
  const above = new Map<string, readonly string[]>();
  for (const {
    document,
    _sdg: { origin },
  } of samples) {
    const headings = origin.headings ?? [];
    const before = above.get(origin.file) ?? [];
    const body = document
      .split('\n')
      .slice(headings.filter((heading, i) => document.split('\n')[i] === heading).length)
      .join('\n');
    const fresh = headings.filter((heading, i) => before[i] !== heading);
    above.set(origin.file, headings);
    texts.set(origin.file, [texts.get(origin.file) ?? '', ...fresh.map((heading) => `# ${heading}`), body].filter(Boolean).join('\n\n'));
  }
  return texts;
}

async function readWithSdg(context: BenchContext, files: readonly string[]): Promise<Reading> {
  const { stdout, usage } = await context.command(bin('sdg-read'), ['--quiet', ...files], { allow: [0, 1] });
  const samples = jsonLines<Sample>(stdout);
  return { texts: joined(samples), seconds: usage!.cpuMs / 1000, megabytes: usage!.peakRssMb };
}

async function readWithPeer(context: BenchContext, tool: keyof typeof TOOLS, files: readonly string[]): Promise<Reading | string> {
  const peer = await installPeers(
    context,
    `documents-${tool}`,
    TOOLS[tool].map((name) => name),
  );
  if ('reason' in peer) return peer.reason;
  const output = context.path('documents', `${tool}.jsonl`);
  await context.command(peer.python, [peerScript('documents_text'), tool, output, ...files], { timeoutMs: 1_800_000 });
  const rows = jsonLines<{ file?: string; text?: string; seconds?: number; megabytes?: number }>(readFileSync(output, 'utf8'));
  const { seconds = 0, megabytes = 0 } = rows.at(-1)!;
  return {
    texts: new Map(rows.flatMap(({ file, text }) => (file === undefined ? [] : [[file, text ?? ''] as const]))),
    seconds,
    megabytes,
  };
}

const truthOf = (file: string): readonly Truth[] | undefined => {
  const beside = `${file.slice(0, -extname(file).length)}.truth.json`;
  if (!existsSync(beside)) return undefined;
  const { blocks, ocr } = JSON.parse(readFileSync(beside, 'utf8')) as { blocks: Truth[]; ocr?: unknown };
  return ocr ? undefined : blocks;
};

/** Rows of one program: on the files that all programs read, so that the figures can be laid side by side. */
function* marksOf(name: string, files: readonly string[], readings: ReadonlyMap<string, Reading>): Generator<Measured> {
  const { texts, seconds, megabytes } = readings.get(name)!;
  const own = files.filter((file) => KINDS[name]!.test(file) && /\.pdf$/i.test(file));
  const text = (file: string): string => texts.get(file) ?? '';
  const others = (file: string): string[] => [...readings.values()].map((reading) => reading.texts.get(file) ?? '');
  const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : sumOf(values) / values.length);
  const kept = own.flatMap((file) => {
    const truth = truthOf(file);
    const reference = truth ? truthWords(truth) : readings.size > 2 ? commonWords(others(file)) : undefined;
    return reference && reference.size > 0 ? [charactersKept(text(file), reference)] : [];
  });
  const rows = own.flatMap((file) => {
    const truth = truthOf(file);
    return truth ? [{ kept: rowsKept(text(file), truthRows(truth)), all: truthRows(truth).length }] : [];
  });
  const sum = (count: (file: string) => number): number => sumOf(own, (file) => count(file));
  const id = (what: string): string => `documents.${name}.${what}`;
  const all = sumOf(rows, (one) => one.all);
  yield higher(id('characters'), `${name}: characters kept, mean of ${kept.length} PDFs`, 'share', [mean(kept)]);
  if (all > 0) {
    yield higher(id('rows'), `${name}: rows of tables kept exactly, of ${all}`, 'rows', [sumOf(rows, (one) => one.kept)]);
  } else yield row(id('rows'), `${name}: rows of tables found`, 'rows', [sum((file) => tableRows(text(file)).length)]);
  yield lower(id('repeated'), `${name}: repeated lines kept`, 'lines', [sum((file) => repeatedLines(text(file)))]);
  yield lower(id('broken'), `${name}: broken words`, 'words', [sum((file) => brokenWords(text(file)))]);
  yield lower(id('seconds'), `${name}: CPU for the PDFs`, 's', [seconds]);
  yield lower(id('memory'), `${name}: peak memory`, 'MB', [megabytes]);
}

/** Real prose, lists, code and tables: the Markdown files of the packages that are installed here. */
function writeMarkdown(context: BenchContext, size: number): string {
  const folder = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
  const names = readdirSync(folder)
    .flatMap((name) => ['README.md', 'readme.md'].map((readme) => join(folder, name, readme)))
    .filter((file) => existsSync(file));
  const texts = names.map((file) => readFileSync(file, 'utf8')).join('\n\n');
  const file = context.path('documents', `${size}.md`);
  writeFileSync(file, texts.repeat(Math.ceil(size / Math.max(1, texts.length))).slice(0, size));
  return file;
}

function writeHtml(context: BenchContext, count: number): string {
  const page = readFileSync(join(ours, 'lock-keeper.html'), 'utf8');
  const [, main = ''] = /<main>([\s\S]*)<\/main>/.exec(page) ?? [];
  const file = context.path('documents', `${count}.html`);
  writeFileSync(file, page.replace(main, Array.from({ length: count }, (_, i) => main.replaceAll('lock', `lock ${i}`)).join('\n')));
  return file;
}

/** CPU of reading and cutting a file ÷ that of a parser alone, each in a fresh process. */
async function* ratio(context: BenchContext, id: string, title: string, file: string): AsyncGenerator<Measured> {
  const seconds = (by: 'sdg' | 'parser') => async (): Promise<number> => (await context.task('parse-text', { file, by })).seconds;
  const { sdg, parser } = await context.rounds({ sdg: seconds('sdg'), parser: seconds('parser') });
  yield lower(id, title, '×', sdg, (own, i) => own / parser[i]!, `parser ${parser[0]!.toFixed(2)} s`);
}

export const documents: Suite = {
  name: 'documents',
  title: 'Documents',
  minutes: 6,
  about: (context) =>
    `The documents of ${context.documents === undefined ? 'e2e/documents' : basename(context.documents)}, read by \`sdg-read\` ` +
    `and by pymupdf4llm, markitdown and pypdf; all marks are of the PDFs, which every program reads. Characters kept: of the ` +
    `words that the truth beside a file has, or without one of those that most programs find. Repeated lines: that stand ` +
    `three times or more in a document, digits aside. Markdown of the packages that are installed, and a long web page: CPU ` +
    `of reading and cutting ÷ that of marked and rehype-parse parsing, each in a fresh process.`,
  targets: {
    'documents.sdg.repeated': atMost(0, 'issue 16', 'no repeated line kept'),
    'documents.markdown-2': atMost(1.5, 'issue 16', 'Markdown read and chunked: at most 1.5 times the CPU of marked, 2 MB'),
    'documents.markdown-20': atMost(1.5, 'issue 16', 'the same, 20 MB'),
    'documents.html': atMost(2.5, 'issue 16', 'HTML with the article found: at most 2.5 times rehype-parse'),
  },
  async *run(context) {
    const files = filesOf(folderOf(context));
    const pdfs = files.filter((file) => /\.pdf$/i.test(file));
    const readings = new Map<string, Reading>([['sdg', await readWithSdg(context, pdfs)]]);
    for (const tool of Object.keys(TOOLS) as (keyof typeof TOOLS)[]) {
      if (!context.peers) {
        yield missing(`documents.${tool}`, tool, 'other programs are not measured in this mode');
        continue;
      }
      const reading = await readWithPeer(context, tool, pdfs).catch((error: Error) => error.message);
      if (typeof reading === 'string') yield missing(`documents.${tool}`, tool, reading);
      else readings.set(tool, reading);
    }
    for (const name of readings.keys()) yield* marksOf(name, pdfs, readings);
    yield* ratio(
      context,
      'documents.markdown-2',
      'Markdown of 2 MB, read and cut ÷ parsed by marked',
      writeMarkdown(context, context.size(2e6, 1e5)),
    );
    yield* ratio(context, 'documents.markdown-20', 'Markdown of 20 MB, the same', writeMarkdown(context, context.size(2e7, 2e5)));
    yield* ratio(
      context,
      'documents.html',
      'a web page of 2 MB, read and cut ÷ parsed by rehype-parse',
      writeHtml(context, context.size(1200, 100)),
    );
  },
};
