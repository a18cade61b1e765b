import { counted, defined } from '@sdg/values';
import { extname, resolve } from 'node:path';
import { type Finding, fromGated, Gate, type NdjsonFile, openNdjson, type Sample, SdgError } from '@sdg/core';
import {
  type ChunkSettings,
  counterOf,
  DocumentPool,
  DocumentStats,
  documentTypes,
  type FileResult,
  repositoryCacheDir,
} from '@sdg/documents';
import { ignoreElements } from 'rxjs';
import { writeSamples } from '../io/write-samples.js';
import type { ReadInvocation } from '../commands/read.js';
import { findingFormat, FindingReport, lintConfigOf } from './report-findings.js';
import { forTaxonomy, ndjsonPaths, readAllSeeds, readTasksIn, type SeedOptions, taxonomyPaths } from './seed-sources.js';

/** What is told of documents that were read: figures at the end, and on request every text that was left out. */
class DocumentReport {
  readonly stats: DocumentStats;

  private constructor(
    limit: number,
    private readonly unit: string,
    private readonly dropped: NdjsonFile | undefined,
  ) {
    this.stats = new DocumentStats(limit);
  }

  /** Opens `droppedFile` for the texts that are left out. Fails with `usage` if it cannot be written. */
  static async open({ limit, words, dropped }: { limit: number; words: boolean; dropped?: string | undefined }): Promise<DocumentReport> {
    return new DocumentReport(limit, words ? 'words' : 'tokens', dropped === undefined ? undefined : await openNdjson(dropped));
  }

  readonly onDocument = (file: string, result: FileResult): void => {
    this.stats.add(file, result);
    for (const { text, reason, page, line } of result.dropped) {
      this.dropped?.write({ file, reason, ...defined({ page, line }), text });
    }
  };

  readonly onOther = (file: string): void => {
    const ending = extname(file).toLowerCase() || 'without an ending';
    this.stats.others.set(ending, (this.stats.others.get(ending) ?? 0) + 1);
  };

  /** Lines for a person; none where no documents were looked at. */
  lines(): string[] {
    return this.stats.files === 0 && this.stats.others.size === 0 ? [] : this.stats.lines(this.unit);
  }

  close = async (): Promise<void> => this.dropped?.close();
}

/** Lines in flight to the pipe: reading is cheap, so the window is wide. */
const WINDOW = { slots: 256, windowPerSlot: 8 };

/** How documents are cut. Fails with `usage` for a tokenizer that cannot be used. */
async function chunkSettings(flags: ReadInvocation['flags']): Promise<ChunkSettings> {
  const { tokenizer, 'chunk-tokens': tokens, 'chunk-word-count': words } = flags;
  if (words !== undefined) {
    if (tokens === undefined && tokenizer === undefined) return { limit: words, words: true };
    throw new SdgError('usage', '--chunk-word-count counts words, not tokens', {
      remedy: 'leave --chunk-tokens and --tokenizer out, or it',
    });
  }
  const settings = { ...defined({ limit: tokens, tokenizer }) };
  await counterOf(settings);
  return settings;
}

/** Every leaf judged, nothing fetched; NDJSON is read through, as that is all its check. */
async function* checkOnly(paths: readonly string[], stdin: NodeJS.ReadStream, options: SeedOptions): AsyncGenerator<Sample> {
  const [taxonomies, { judgeTaxonomy }] = await Promise.all([taxonomyPaths(paths, options), import('@sdg/taxonomy')]);
  for await (const _judged of judgeTaxonomy(taxonomies, forTaxonomy(options)));
  yield* readTasksIn(taxonomies, options);
  yield* readAllSeeds(
    paths.filter((path) => !taxonomies.includes(path)),
    stdin,
    options,
  );
}

/** Each path once, where it stands first: what is named twice would be learned from twice. */
function eachOnce(paths: readonly string[]): string[] {
  const seen = new Set<string>();
  return paths.filter((path) => path === '-' || (!seen.has(resolve(path)) && seen.add(resolve(path))));
}

/** What reads the sources: documents by a pool, findings and counts to the reports. */
interface Reading {
  readonly report: FindingReport;
  readonly documents: DocumentReport;
  readonly pool: DocumentPool;
}

/** Opens reports and pool for the documents that are to be cut so. */
async function openReading({ flags, positionals, env, stdout, stderr }: ReadInvocation, chunks: ChunkSettings): Promise<Reading> {
  const { ocr, docling, dropped, 'file-seconds': seconds } = flags;
  const format = findingFormat(flags.format, env);
  const report = new FindingReport(flags.check && format === 'json' ? stdout : stderr, format);
  report.files = ndjsonPaths(eachOnce(positionals)).length;
  const documents = await DocumentReport.open({ limit: chunks.limit ?? 500, words: chunks.words === true, dropped });
  const settings = { chunks, ...defined({ ocr, docling }) };
  return { report, documents, pool: new DocumentPool(settings, { ...(seconds !== undefined && { seconds }) }) };
}

/** How the sources are read, by the flags. */
async function seedOptions(
  { flags, env, say, complain, interrupted }: ReadInvocation,
  { report, documents, pool }: Reading,
): Promise<SeedOptions> {
  const { base, domain, outline, 'allow-repo': allow, 'max-repo-size': megabytes } = flags;
  const lint = await lintConfigOf(flags['yaml-rules'], complain);
  const onFinding = (finding: Finding): void => report.add(finding);
  const examples = flags.examples === undefined ? [] : await (await import('@sdg/taxonomy')).readExamples(flags.examples, onFinding);
  const countFile = (): void => void report.files++;
  const onDocument: DocumentReport['onDocument'] = (file, result) => {
    countFile();
    documents.onDocument(file, result);
  };
  const { onOther } = documents;
  return {
    onFinding,
    pool,
    onDocument: documents.onDocument,
    documentSamples: { pool, examples, domain, outline, onFinding, onOther, signal: interrupted, onDocument },
    onJudged: countFile,
    onTask: countFile,
    named: new Map(),
    onNote: complain,
    onFetch: (url) => say(`fetching ${url}`),
    signal: interrupted,
    cacheDir: flags['document-cache'] ?? repositoryCacheDir(env),
    ...(lint && { lint }),
    ...(base !== undefined && { base }),
    ...(flags.foundational && { foundational: true }),
    ...(flags.attribution && { attribution: true }),
    ...(allow && { allow }),
    ...(megabytes !== undefined && { maxBytes: megabytes * 1_000_000 }),
  };
}

/** Writes the samples; gives how many, and whether whoever read them went away. */
async function writeSeeds(
  { name, flags, stdout, interrupted, view }: ReadInvocation,
  seeds: AsyncIterable<Sample>,
  { pool, documents }: Reading,
) {
  const gate = new Gate(WINDOW);
  const samples = fromGated(seeds, { gate, draining: interrupted });
  let written = 0;
  const hide = flags.quiet ? undefined : view?.show(() => ({ title: name, rows: [], facts: [`${counted(written, 'sample')} read`] }));
  try {
    return await writeSamples(flags.check ? samples.pipe(ignoreElements()) : samples, stdout, gate, (n) => (written = n));
  } catch (error) {
    // What is under way is stopped as well: a fetch would take minutes.
    if (!interrupted.aborted) throw error;
    return { count: 0, closed: false };
  } finally {
    hide?.();
    await pool.close();
    await documents.close();
  }
}

/** Says what was read and what was wrong with it; gives the exit code. `total`: samples of all shards. */
function tellEnd({ flags, positionals, say, complain }: ReadInvocation, { report, documents }: Reading, count: number, total?: number) {
  for (const line of documents.lines()) (flags.stats ? complain : say)(line);
  const differs = flags.base !== undefined;
  if (report.errors > 0) {
    say(`${report.summary()}${flags.check ? '' : '; what is wrong was left out'}`);
    return 1;
  }
  if (flags.check && (report.files > 0 || differs)) say(report.summary());
  else if (count > 0) return 0;
  else if (total) {
    const none = total === 1 ? 'the only sample is not' : `none of the ${total} samples are`;
    say(`${none} in shard ${flags.shard}: a leaf goes whole to one shard, and there are fewer leaves than shards`);
  } else if (!differs) {
    complain(
      `${eachOnce(positionals).join(', ')}: nothing to make samples of; name a taxonomy, a task.yaml, seeds as NDJSON, or documents ` +
        `(${documentTypes.slice(0, 6).join(', ')}, …)`,
    );
    return 1;
  } else say('no seed samples found: nothing differs from the base');
  return 0;
}

/**
 * The work of `sdg-read`: samples to stdout, findings to stderr (with `--check` and `--format json` to stdout, which is
 * free then). Exit 1 if any finding is an error.
 */
export async function runRead(invocation: ReadInvocation): Promise<number> {
  const { flags, env, stdin, interrupted } = invocation;
  const paths = eachOnce(invocation.positionals);
  const sharding = flags.shard === undefined ? undefined : await import('@sdg/session');
  const shard = sharding?.parseShard(flags.shard!, env);
  if (shard && flags.check) throw new SdgError('usage', '--shard: --check judges everything', { remedy: 'leave one of them out' });
  const reading = await openReading(invocation, await chunkSettings(flags));
  const options = await seedOptions(invocation, reading);
  const isQuick = flags.check && !flags['check-documents'];
  const seeds = isQuick ? checkOnly(paths, stdin, options) : readAllSeeds(paths, stdin, options);
  let total: number | undefined;
  const own = shard ? sharding!.takeShard(seeds, { shard, by: 'leaf', onTotal: (samples) => (total = samples) }) : seeds;
  const { count: written, closed } = await writeSeeds(invocation, own, reading);
  if (interrupted.aborted) return 130;
  return closed ? 0 : tellEnd(invocation, reading, written, total);
}
