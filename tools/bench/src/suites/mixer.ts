import { sumOf } from '@sdg/core';
import { createHash } from 'node:crypto';
import { createReadStream, statSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ratios } from '@sdg/cli/bench';
import { bin } from '../bins.js';
import type { CommandOptions, CommandResult } from '../run-command.js';
import type { BenchContext } from '../context.js';
import { chatRows, fiveSources } from '../datasets.js';
import { atLeast, atMost, EVERY_RUN, higher, lower, missing, type Suite } from '../suite.js';
import { toolSources } from '../tool-sources.js';

const SYSTEM = 'You are a helpful assistant.';

/**
 * As a command starts by itself: without the hook that tells its memory, and without the further certificates that Node reads at every
 * start where a machine names them.
 */
const BARE = { env: { NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: '' } };

export const mixer: Suite = {
  name: 'mixer',
  title: 'Mixer',
  minutes: 4,
  about: (context) =>
    `\`sdg-mix\` on ${sizeName(context)} of chat rows of about a kilobyte (cached by the system), beside \`wc -l\`, \`shuf -n\` ` +
    `and \`cat\` on the same file, in turn in each round; the whole treatment on ${context.size('1 GB', '2 MB')} of them. ` +
    `The start-up of bare Node is taken off where the target says so; the draw's time is taken without ` +
    `\`NODE_EXTRA_CA_CERTS\`, which Node reads at every start, and with its rows written to stdout (nowhere), as \`shuf\` ` +
    `writes them; its memory in runs of their own, into a file. Whole treatment: system message set in every row, metadata ` +
    `kept, rows filtered by a column, written to stdout (nowhere); input bytes a second. Ten sources, ` +
    `${context.size('1 GB', '2 MB')} together, each of another shape: turns, ShareGPT, question and answer; system messages as ` +
    `turns and as columns, tools as lists and as JSON text, calls and results, with ids and without. Passes: bytes that the process ` +
    `asked to read ÷ bytes of the files, five names of one file mixed by weight, ${context.size('10 GB', '10 MB')} in all, ` +
    `100,000 rows out.`,
  targets: {
    'mixer.draw.wc': atMost(
      2,
      'issue 6',
      'drawing 10,000 rows from a 2 GB jsonl takes at most twice the time of `wc -l` (start-up of Node aside)',
    ),
    'mixer.draw.shuf': atLeast(5, 'issue 6', 'and is at least five times faster than `shuf -n`'),
    'mixer.draw.memory': atMost(100, 'issue 6', 'with peak memory under 100 MB', EVERY_RUN),
    'mixer.million.memory': atMost(100, 'issue 6', 'the memory of a draw of a million rows is tens of megabytes', EVERY_RUN),
    'mixer.concat.rate': atLeast(150, 'issue 6', 'concatenating with the full row treatment: at least 150 MB/s on two cores'),
    'mixer.concat.memory': atMost(300, 'issue 6', 'with memory under 300 MB', EVERY_RUN),
    'mixer.tools.rate': atLeast(150, 'issue 17', 'a mix of ten sources with tools and system messages kept: 150 MB/s or more'),
    'mixer.threads': atMost(1, 'issue 6', 'worker threads give the bytes of one thread (different outputs)', EVERY_RUN),
    'mixer.passes': atMost(
      1.1,
      'issue 6',
      'a 10 GB mix of five sources by weight: one pass over each (bytes read ÷ size; taken as 1.1, for the drawn rows are ' +
        'read once more)',
    ),
  },
  async *run(context) {
    const file = await chatRows(context, context.size(2e9, 2e6));
    const { size } = statSync(file);
    const rows = context.size(10_000, 100);
    const output = context.path('mixer', 'drawn.jsonl');
    const command = (args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> =>
      context.command(bin('sdg-mix'), ['--quiet', '--no-default-recipe', ...args], { stdout: null, ...options });
    const mix = (...args: string[]): Promise<CommandResult> => command(args);
    const drawn = [`${file}=${rows}`, '--system-prompt', SYSTEM];
    const common = { wc: () => context.command('wc', ['-l', file]), node: () => context.command(process.execPath, ['-e', '0'], BARE) };
    await common.wc();
    const draw = await context.rounds<string, CommandResult>({
      ...common,
      draw: () => command(drawn, BARE),
      shuf: () => context.command('shuf', ['-n', String(rows), file], { stdout: null }),
    });
    const wall = (name: string): number[] => draw[name]!.map(({ wallMs }) => wallMs);
    const drawing = wall('draw').map((ms, i) => ms - wall('node')[i]!);
    yield lower(
      'mixer.draw.wc',
      `draw ${rows.toLocaleString('en')} rows ÷ \`wc -l\`, start-up of Node aside`,
      '×',
      ratios(drawing, wall('wc')),
    );
    yield higher('mixer.draw.shuf', '`shuf -n` ÷ the draw, start-up counted in', '×', ratios(wall('shuf'), wall('draw')));
    yield higher('mixer.draw.shuf.aside', '`shuf -n` ÷ the draw, start-up of Node aside', '×', ratios(wall('shuf'), drawing));
    const measured = await context.repeat(() => mix(...drawn, '-o', output));
    yield lower('mixer.draw.memory', 'draw: peak memory', 'MB', measured, ({ usage }) => usage!.peakRssMb);

    const million = context.size(1_000_000, 1000);
    const draws = await context.repeat(() => mix(`${file}=${million}`, '-o', output));
    yield lower(
      'mixer.million.memory',
      `draw ${million.toLocaleString('en')} rows: peak memory`,
      'MB',
      draws,
      ({ usage }) => usage!.peakRssMb,
    );

    const treated = await chatRows(context, context.size(1e9, 2e6));
    const megabytes = statSync(treated).size / 1e6;
    const recipe = treatment(context, treated);
    const concat = await context.rounds<string, CommandResult>({
      treat: () => mix('--recipe', recipe),
      cat: () => context.command('sh', ['-c', 'cat "$1" | cat > /dev/null', 'sh', treated]),
      one: () => mix('--recipe', recipe, '--threads', '1'),
      wc: () => context.command('wc', ['-l', treated]),
    });
    const seconds = (name: string): number[] => concat[name]!.map(({ wallMs }) => wallMs / 1000);
    yield higher(
      'mixer.concat.rate',
      'concatenate with the full row treatment',
      'MB/s',
      seconds('treat'),
      (s) => megabytes / s,
      'start-up counted in',
    );
    yield higher('mixer.concat.one', 'the same with one worker thread', 'MB/s', seconds('one'), (s) => megabytes / s);
    yield lower('mixer.concat.wc', 'full treatment ÷ `wc -l`', '×', ratios(seconds('treat'), seconds('wc')));
    yield lower('mixer.concat.cat', 'full treatment ÷ `cat` through a pipe', '×', ratios(seconds('treat'), seconds('cat')));
    yield lower('mixer.concat.memory', 'full treatment: peak memory', 'MB', concat['treat']!, ({ usage }) => usage!.peakRssMb);

    const sources = await toolSources(context, context.size(1e9, 2e6));
    const ofSources = sumOf(sources, (path) => statSync(path).size) / 1e6;
    const kept = await context.rounds<string, CommandResult>({ mix: () => mix(...sources.map((path) => `${path}=1.0`)) });
    yield higher(
      'mixer.tools.rate',
      'ten sources with tools and system messages kept',
      'MB/s',
      kept['mix']!,
      ({ wallMs }) => (ofSources / wallMs) * 1000,
      'start-up counted in',
    );

    const some = treatment(context, await chatRows(context, context.size(1e8, 2e6)));
    const different: number[] = [];
    for (let i = 0; i < context.runs; i++) {
      const digests = new Set<string>();
      for (const threads of ['1', '2', '3']) {
        await mix('--recipe', some, '--threads', threads, '-o', output);
        digests.add(await digestOf(output));
      }
      different.push(digests.size);
    }
    yield lower('mixer.threads', 'different outputs with one, two and three worker threads', 'outputs', different);

    const five = fiveSources(context, file, context.size(100_000, 500));
    const mixes = await context.repeat(() => mix('--recipe', five.recipe));
    const bytes = size * five.files.length;
    if (mixes[0]!.usage?.readBytes === undefined) yield missing('mixer.passes', 'passes', 'this system does not count bytes read');
    else {
      yield lower(
        'mixer.passes',
        `five sources by weight, ${Math.round(bytes / 1e8) / 10} GB: bytes read ÷ size`,
        '×',
        mixes,
        ({ usage }) => usage!.readBytes! / bytes,
      );
    }
    yield higher('mixer.five.rate', 'five sources by weight', 'MB/s', mixes, ({ wallMs }) => bytes / 1e3 / wallMs);
    yield lower('mixer.five.memory', 'five sources by weight: peak memory', 'MB', mixes, ({ usage }) => usage!.peakRssMb);
  },
};

/** A recipe that sets the system message of every row of a file, keeps its metadata, and leaves one row out. */
function treatment(context: BenchContext, file: string): string {
  const recipe = context.path('mixer', `treat-${statSync(file).size}.yaml`);
  writeFileSync(
    recipe,
    `sys_prompt: ${SYSTEM}\ndatasets:\n  - path: ${file}\n    sampling_size: 1.0\n    filter: { column: id, not: row-13 }\n`,
  );
  return recipe;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

const sizeName = (context: BenchContext): string => context.size('2 GB', '2 MB');
