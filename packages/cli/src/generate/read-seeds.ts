import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SdgError, type Sample } from '@sdg/core';
import { repositoryCacheDir, type ChunkSettings } from '@sdg/documents';
import { readTaxonomy } from '@sdg/taxonomy';
import { FindingReport, findingFormat, lintConfigOf } from '../read/report-findings.js';
import type { GenerateInvocation } from '../commands/generate.js';

/** Whether a folder is in a git checkout. */
function isInGit(path: string): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return true;
    if (folder === dirname(folder)) return false;
  }
}

/** The base to compare with: as asked, else upstream's default where that makes sense. */
const baseOf = (path: string, asked: string | undefined): string => asked ?? (isInGit(path) ? 'origin/main' : 'empty');

/** How documents are cut: by words if asked, and never beyond half of the server's context. */
function chunksOf(flags: GenerateInvocation['flags']): ChunkSettings {
  const { 'chunk-word-count': words, 'server-ctx-size': context } = flags;
  const half = context === undefined ? undefined : Math.floor(context / 2);
  if (words === undefined) return half === undefined || half >= 500 ? {} : { limit: half };
  // A word is about 1.3 tokens.
  return { limit: half === undefined ? words : Math.min(words, Math.max(1, Math.floor(half / 1.3))), words: true };
}

/**
 * Seed samples of the leaves to generate for. Findings go to stderr; once all is read, it fails with `bad-input` if any
 * of them was an error: nothing is spent on half a taxonomy.
 */
export async function* readSeeds({ flags, env, stderr, say, complain, interrupted }: GenerateInvocation): AsyncGenerator<Sample> {
  const path = flags['taxonomy-path'] ?? 'taxonomy';
  const base = baseOf(path, flags['taxonomy-base']);
  const report = new FindingReport(stderr, findingFormat(undefined, env));
  const lint = await lintConfigOf(flags['yaml-rules'], complain);
  yield* readTaxonomy([path], {
    onFinding: (finding) => report.add(finding),
    onJudged: () => void report.files++,
    onNote: complain,
    onFetch: (url) => say(`fetching ${url}`),
    signal: interrupted,
    documents: { chunks: chunksOf(flags) },
    cacheDir: repositoryCacheDir(env),
    ...(lint && { lint }),
    ...(base !== 'empty' && { base }),
  });
  if (report.errors > 0) {
    throw new SdgError('bad-input', `the taxonomy has ${report.summary()}`, { remedy: 'mend them; nothing was generated' });
  }
  if (base === 'empty' && report.files === 0 && !interrupted.aborted) {
    throw new SdgError('bad-input', `${path} has no qna.yaml: it is no taxonomy`, {
      remedy: 'write one with sdg init knowledge or sdg init skill; to generate from documents: sdg-read FOLDER | sdg-run qa',
    });
  }
}
