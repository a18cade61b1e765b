import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPipeline, pipelineNames, type FindPipelineOptions, type FoundPipeline } from './find-pipeline.js';

/** A pipeline that can be run by its name alone. */
export interface ListedPipeline extends FoundPipeline {
  /** What its first file says of it in a comment at its top; empty where none does. */
  readonly summary: string;
  /** Names of its files without their ending: its chains. */
  readonly chains: readonly string[];
  /** Whether it comes with the program; otherwise it stands in a data folder of the user. */
  readonly shipped: boolean;
}

const EDITOR = /^# (yaml-language-server:|-\*-|vim?:)/;

/** The comment at the top of a file, as one line. */
function comment(file: string): string {
  const lines = readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .filter((line) => !EDITOR.test(line))
    .map((line) => line.replace(/^#+\s*/, '').trim())
    .join(' ')
    .trim();
}

/**
 * The pipelines that need no path: those of the data folders and the shipped ones, by name; of two with one name the one
 * that is run.
 *
 * @example for (const { name, summary } of listPipelines({ shipped: shippedPipelines() })) console.log(name, summary);
 */
export function listPipelines(options: FindPipelineOptions): ListedPipeline[] {
  return pipelineNames(options).flatMap((name): ListedPipeline[] => {
    const found = findPipeline(name, options);
    const files = readdirSync(found.path)
      .filter((file) => /\.ya?ml$/.test(file))
      .sort();
    // A folder of something else may stand beside them.
    if (files.length === 0) return [];
    const paths = files.map((file) => join(found.path, file)).filter((path) => existsSync(path));
    const summary = paths.map(comment).find((text) => text !== '') ?? '';
    const chains = files.map((file) => file.replace(/\.ya?ml$/, ''));
    return [{ ...found, summary, chains, shipped: found.path === join(options.shipped, name) }];
  });
}
