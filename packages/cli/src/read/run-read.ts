import { resolve } from 'node:path';
import { fromGated, Gate, SdgError, type Sample } from '@sdg/core';
import { countWords, loadTokenizer, repositoryCacheDir, type ChunkOptions } from '@sdg/documents';
import { judgeTaxonomy } from '@sdg/taxonomy';
import { ignoreElements } from 'rxjs';
import { writeSamples } from '../io/write-samples.js';
import type { ReadInvocation } from './read-flags.js';
import { findingFormat, FindingReport, lintConfigOf } from './report-findings.js';
import { ndjsonPaths, readAllSeeds, readTasksIn, taxonomyPaths, type SeedOptions } from './seed-sources.js';

/** Lines in flight to the pipe: reading is cheap, so the window is wide. */
const WINDOW = { slots: 256, windowPerSlot: 8 };

async function chunkOptions(flags: ReadInvocation['flags']): Promise<ChunkOptions> {
  const { tokenizer, 'chunk-tokens': tokens, 'chunk-word-count': words } = flags;
  if (words === undefined) return { ...(tokens !== undefined && { limit: tokens }), ...(tokenizer !== undefined && { count: await loadTokenizer(tokenizer) }) };
  if (tokens !== undefined || tokenizer !== undefined) {
    throw new SdgError('usage', '--chunk-word-count counts words, not tokens', { remedy: 'leave --chunk-tokens and --tokenizer out, or it' });
  }
  return { limit: words, count: countWords };
}

/** Every leaf judged, nothing fetched; NDJSON is read through, as that is all its check. */
async function* checkOnly(paths: readonly string[], stdin: NodeJS.ReadStream, options: SeedOptions): AsyncGenerator<Sample> {
  const taxonomies = taxonomyPaths(paths);
  for await (const _judged of judgeTaxonomy(taxonomies, options));
  yield* readTasksIn(taxonomies, options);
  yield* readAllSeeds(paths.filter((path) => !taxonomies.includes(path)), stdin, options);
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
export async function runRead({ flags, positionals: named, env, stdin, stdout, stderr, say, complain, interrupted }: ReadInvocation): Promise<number> {
  const positionals = eachOnce(named);
  const format = findingFormat(flags.format, env);
  const report = new FindingReport(flags.check && format === 'json' ? stdout : stderr, format);
  report.files = ndjsonPaths(positionals).length;
  const lint = await lintConfigOf(flags['yaml-rules'], complain);
  const options: SeedOptions = {
    onFinding: (finding) => report.add(finding),
    onJudged: () => void report.files++,
    onTask: () => void report.files++,
    named: new Map(),
    onNote: complain,
    onFetch: (url) => say(`fetching ${url}`),
    signal: interrupted,
    chunks: await chunkOptions(flags),
    cacheDir: flags['document-cache'] ?? repositoryCacheDir(env),
    ...(lint && { lint }),
    ...(flags.base !== undefined && { base: flags.base }),
    ...(flags.foundational && { foundational: true }),
    ...(flags.attribution && { attribution: true }),
    ...(flags['allow-repo'] && { allow: flags['allow-repo'] }),
    ...(flags['max-repo-size'] !== undefined && { maxBytes: flags['max-repo-size'] * 1_000_000 }),
  };
  const seeds = flags.check && !flags['check-documents'] ? checkOnly(positionals, stdin, options) : readAllSeeds(positionals, stdin, options);
  const gate = new Gate(WINDOW);
  const samples = fromGated(seeds, { gate, draining: interrupted });
  let count = 0;
  let closed = false;
  try {
    ({ count, closed } = await writeSamples(flags.check ? samples.pipe(ignoreElements()) : samples, stdout, gate));
  } catch (error) {
    // What is under way is stopped as well: a fetch would take minutes.
    if (!interrupted.aborted) throw error;
  }
  if (interrupted.aborted) return 130;
  if (closed) return 0;
  if (report.errors > 0) say(`${report.summary()}${flags.check ? '' : '; what is wrong was left out'}`);
  else if (flags.check) say(report.summary());
  else if (count === 0) say('no seed samples found');
  return report.errors > 0 ? 1 : 0;
}
