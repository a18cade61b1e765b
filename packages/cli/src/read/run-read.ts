import { resolve } from 'node:path';
import { fromGated, Gate, SdgError, type Finding, type Sample } from '@sdg/core';
import { counterOf, DocumentPool, documentTypes, repositoryCacheDir, type ChunkSettings } from '@sdg/documents';
import { judgeTaxonomy, readExamples } from '@sdg/taxonomy';
import { parseShard, takeShard } from '@sdg/session';
import { ignoreElements } from 'rxjs';
import { writeSamples } from '../io/write-samples.js';
import { DocumentReport } from './document-report.js';
import type { ReadInvocation } from './read-flags.js';
import { findingFormat, FindingReport, lintConfigOf } from './report-findings.js';
import { ndjsonPaths, readAllSeeds, readTasksIn, taxonomyPaths, type SeedOptions } from './seed-sources.js';

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
  const settings = { ...(tokens !== undefined && { limit: tokens }), ...(tokenizer !== undefined && { tokenizer }) };
  await counterOf(settings);
  return settings;
}

/** Every leaf judged, nothing fetched; NDJSON is read through, as that is all its check. */
async function* checkOnly(paths: readonly string[], stdin: NodeJS.ReadStream, options: SeedOptions): AsyncGenerator<Sample> {
  const taxonomies = await taxonomyPaths(paths, options);
  for await (const _judged of judgeTaxonomy(taxonomies, options));
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

/**
 * The work of `sdg-read`: samples to stdout, findings to stderr (with `--check` and `--format json` to stdout, which is
 * free then). Exit 1 if any finding is an error.
 */
export async function runRead({
  flags,
  positionals: named,
  env,
  stdin,
  stdout,
  stderr,
  say,
  complain,
  interrupted,
}: ReadInvocation): Promise<number> {
  const positionals = eachOnce(named);
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard, env);
  if (shard && flags.check) throw new SdgError('usage', '--shard: --check judges everything', { remedy: 'leave one of them out' });
  const format = findingFormat(flags.format, env);
  const report = new FindingReport(flags.check && format === 'json' ? stdout : stderr, format);
  report.files = ndjsonPaths(positionals).length;
  const lint = await lintConfigOf(flags['yaml-rules'], complain);
  const chunks = await chunkSettings(flags);
  const onFinding = (finding: Finding): void => report.add(finding);
  const examples = flags.examples === undefined ? [] : await readExamples(flags.examples, onFinding);
  const documents = await DocumentReport.open({ limit: chunks.limit ?? 500, words: chunks.words === true, dropped: flags.dropped });
  const pool = new DocumentPool(
    { chunks, ...(flags.ocr !== undefined && { ocr: flags.ocr }), ...(flags.docling !== undefined && { docling: flags.docling }) },
    { ...(flags['file-seconds'] !== undefined && { seconds: flags['file-seconds'] }) },
  );
  const options: SeedOptions = {
    onFinding,
    pool,
    onDocument: documents.onDocument,
    documentSamples: {
      pool,
      examples,
      domain: flags.domain,
      outline: flags.outline,
      onFinding,
      onOther: documents.onOther,
      signal: interrupted,
      onDocument: (file, result) => {
        report.files++;
        documents.onDocument(file, result);
      },
    },
    onJudged: () => void report.files++,
    onTask: () => void report.files++,
    named: new Map(),
    onNote: complain,
    onFetch: (url) => say(`fetching ${url}`),
    signal: interrupted,
    cacheDir: flags['document-cache'] ?? repositoryCacheDir(env),
    ...(lint && { lint }),
    ...(flags.base !== undefined && { base: flags.base }),
    ...(flags.foundational && { foundational: true }),
    ...(flags.attribution && { attribution: true }),
    ...(flags['allow-repo'] && { allow: flags['allow-repo'] }),
    ...(flags['max-repo-size'] !== undefined && { maxBytes: flags['max-repo-size'] * 1_000_000 }),
  };
  const seeds =
    flags.check && !flags['check-documents'] ? checkOnly(positionals, stdin, options) : readAllSeeds(positionals, stdin, options);
  let total: number | undefined;
  const own = shard ? takeShard(seeds, { shard, by: 'leaf', onTotal: (samples) => (total = samples) }) : seeds;
  const gate = new Gate(WINDOW);
  const samples = fromGated(own, { gate, draining: interrupted });
  let count = 0;
  let closed = false;
  try {
    ({ count, closed } = await writeSamples(flags.check ? samples.pipe(ignoreElements()) : samples, stdout, gate));
  } catch (error) {
    // What is under way is stopped as well: a fetch would take minutes.
    if (!interrupted.aborted) throw error;
  } finally {
    await pool.close();
    await documents.close();
  }
  if (interrupted.aborted) return 130;
  if (closed) return 0;
  for (const line of documents.lines()) {
    if (flags.stats) complain(line);
    else say(line);
  }
  if (report.errors > 0) say(`${report.summary()}${flags.check ? '' : '; what is wrong was left out'}`);
  else if (flags.check && (report.files > 0 || flags.base !== undefined)) say(report.summary());
  else if (count === 0 && total) {
    say(`none of the ${total} samples are in shard ${flags.shard}: a leaf goes whole to one shard, and there are fewer leaves than shards`);
  } else if (count === 0 && flags.base === undefined) {
    complain(
      `${positionals.join(', ')}: nothing to make samples of; name a taxonomy, a task.yaml, seeds as NDJSON, or documents ` +
        `(${documentTypes.slice(0, 6).join(', ')}, …)`,
    );
    return 1;
  } else if (count === 0) say('no seed samples found: nothing differs from the base');
  return report.errors > 0 ? 1 : 0;
}
