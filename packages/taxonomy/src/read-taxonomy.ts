import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Finding, Sample } from '@sdg/core';
import { chunkDocument, findFiles, readMarkdown, readText, type ChunkOptions } from '@sdg/documents';
import { findQnaFiles } from './find-qna-files.js';
import { judgeQna } from './judge-qna.js';
import { knowledgeSamples, type PlacedChunk } from './knowledge-samples.js';
import type { KnowledgeLeaf } from './leaf.js';
import { skillSamples } from './skill-samples.js';

export interface ReadTaxonomyOptions {
  /** Told of everything that is wrong, or worth knowing, as it is found. What has an error yields no samples. */
  readonly onFinding?: (finding: Finding) => void;
  /** How documents are cut. Default: at most 500 tokens, estimated. */
  readonly chunks?: ChunkOptions;
  /** Read `foundational_skills` too. */
  readonly foundational?: boolean;
}

async function* chunksOf(leaf: KnowledgeLeaf, options: ReadTaxonomyOptions): AsyncGenerator<PlacedChunk> {
  const { repo, patterns } = leaf.content.document;
  for (const file of await findFiles(resolve(dirname(leaf.file), repo), patterns)) {
    const text = (await file.read()).toString('utf8');
    const blocks = file.path.endsWith('.md') ? readMarkdown(text) : readText(text);
    for (const [index, chunk] of chunkDocument(blocks, options.chunks).entries()) yield { ...chunk, document: file.path, index };
  }
}

/**
 * Reads the leaves under `paths` (taxonomy folders and qna.yaml files) and yields their seed samples, in order of the
 * paths, then of the files' names, then of the seed examples (knowledge: chunk by chunk). Every path is looked at
 * before the first sample; one that does not exist fails with `usage`.
 */
export async function* readTaxonomy(
  paths: readonly string[],
  options: ReadTaxonomyOptions = {},
): AsyncGenerator<Sample, void, undefined> {
  const onFinding = options.onFinding ?? (() => undefined);
  for await (const { file, root } of findQnaFiles(paths, { ...options, onFinding })) {
    const { findings, leaf } = judgeQna(await readFile(file, 'utf8'), file, root);
    for (const finding of findings) onFinding(finding);
    if (leaf?.kind === 'skill') yield* skillSamples(leaf);
    if (leaf?.kind === 'knowledge') {
      for await (const chunk of chunksOf(leaf, options)) yield* knowledgeSamples(leaf, chunk);
    }
  }
}
