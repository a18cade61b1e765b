import { type Finding, refuseUnknown, type Sample } from '@sdg/values';
import { DocumentPool, repositoryCacheDir, type FileSettings } from '@sdg/documents';
import { findQnaFiles, type FindQnaOptions } from './find-qna-files.js';
import type { Judgement, JudgeOptions } from './judge-qna.js';
import { knowledgeSamples, skillSamples } from './leaf-samples.js';
import { leafChunks, type LeafChunksOptions } from './leaf-chunks.js';
import { readQnaFile } from './read-qna-file.js';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const NAME = 'attribution.txt';

/** What the checks of the public taxonomy ask for beside a qna.yaml: a file attribution.txt with something in it. */
async function attributionFindings(file: string): Promise<Finding[]> {
  const path = join(dirname(file), NAME);
  const found = await stat(path).catch(() => undefined);
  const remedy = 'name title, address, revision, licence and authors of what the leaf was made from';
  const error = { severity: 'error', rule: 'file/attribution', line: 1, column: 1, remedy } as const;
  if (!found?.isFile()) return [{ ...error, file, message: `there is no ${NAME} beside this file` }];
  return found.size === 0 ? [{ ...error, file: path, message: 'the file is empty' }] : [];
}

export interface ReadTaxonomyOptions
  extends JudgeOptions, Partial<LeafChunksOptions>, Pick<FindQnaOptions, 'foundational' | 'base' | 'onNote'> {
  /** How documents are read and cut, where no `pool` is given. Default: at most 500 tokens a chunk, estimated. */
  readonly documents?: FileSettings;
  /** Ask for an attribution.txt beside every file, as the public taxonomy's checks do. */
  readonly attribution?: boolean;
  /** Told of everything that is wrong, or worth knowing, as it is found. What has an error yields no samples. */
  readonly onFinding?: (finding: Finding) => void;
  /** Told of every file once it is judged. */
  readonly onJudged?: (file: string, judgement: Judgement) => void;
}

const OPTIONS: Readonly<Record<keyof ReadTaxonomyOptions, true>> = {
  ...{ documents: true, attribution: true, onFinding: true, onJudged: true, lint: true, foundational: true, base: true, onNote: true },
  ...{ cacheDir: true, allow: true, maxBytes: true, timeoutMs: true, signal: true, onFetch: true, pool: true, onDocument: true },
};

/** A qna.yaml and what is thought of it. */
export interface JudgedFile {
  readonly file: string;
  readonly judgement: Judgement;
}

/**
 * Judges the qna.yaml files under `paths` (taxonomy folders and files), in order of the paths and in each by name.
 * Fetches no documents. Every path is looked at before the first file is read; one that does not exist fails with `usage`,
 * an option that is not known with `config`.
 */
export async function* judgeTaxonomy(
  paths: readonly string[],
  options: ReadTaxonomyOptions = {},
): AsyncGenerator<JudgedFile, void, undefined> {
  refuseUnknown('readTaxonomy', Object.keys(options), Object.keys(OPTIONS));
  const onFinding = options.onFinding ?? (() => undefined);
  for await (const found of findQnaFiles(paths, { ...options, onFinding })) {
    if (options.signal?.aborted) return;
    const judged = await readQnaFile(found, options);
    const missing = options.attribution ? await attributionFindings(found.file) : [];
    // A leaf that lacks its attribution can still be learned from; the finding is what makes a check fail.
    const judgement = missing.length > 0 ? { ...judged, findings: [...judged.findings, ...missing] } : judged;
    for (const finding of judgement.findings) onFinding(finding);
    options.onJudged?.(found.file, judgement);
    yield { file: found.file, judgement };
  }
}

/**
 * Reads the leaves under `paths` and yields their seed samples, in order of the paths, then of the files' names, then of
 * the seed examples (knowledge: chunk by chunk). A leaf that is rejected is reported and yields none; the others do.
 * Fails as {@link judgeTaxonomy} does.
 */
export async function* readTaxonomy(paths: readonly string[], options: ReadTaxonomyOptions = {}): AsyncGenerator<Sample, void, undefined> {
  const onFinding = options.onFinding ?? (() => undefined);
  const pool = options.pool ?? new DocumentPool(options.documents);
  const documents: LeafChunksOptions = { ...options, pool, cacheDir: options.cacheDir ?? repositoryCacheDir(process.env) };
  try {
    for await (const { judgement } of judgeTaxonomy(paths, options)) {
      const { leaf } = judgement;
      if (leaf?.kind === 'skill') yield* skillSamples(leaf);
      if (leaf?.kind !== 'knowledge') continue;
      for await (const chunk of leafChunks(leaf, documents, onFinding)) yield* knowledgeSamples(leaf, chunk);
    }
  } finally {
    if (!options.pool) await pool.close();
  }
}
