import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const cli = dirname(require.resolve('@sdg/cli/package.json'));

export const binNames = ['sdg', 'sdg-read', 'sdg-run', 'sdg-mix'] as const;

/** The script of a command, to be run as users do: its first line names options of node. */
export const bin = (name: (typeof binNames)[number]): string => join(cli, 'bin', `${name}.js`);

/** Options of node with which the commands start, by the first line of their scripts. */
export const nodeOptions = (): string[] =>
  readFileSync(bin('sdg-run'), 'utf8')
    .split('\n', 1)[0]!
    .split(' ')
    .filter((word) => word.startsWith('--'));

/** Folder of a shipped pipeline. */
export const pipelineFolder = (name: string): string => join(dirname(require.resolve('@sdg/pipelines/package.json')), name);
