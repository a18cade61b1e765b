import { ratios } from '@sdg/cli/bench';
import { bin, binNames } from '../bins.js';
import type { BenchContext } from '../context.js';
import { atMost, lower, row, type Suite } from '../suite.js';

export const startup: Suite = {
  name: 'startup',
  title: 'Startup',
  minutes: 0.3,
  about: ({ runs, short }) =>
    `\`--help\` of each command beside \`node -e 0\`, ${short ? runs : runs * 4} rounds, each command once a round in turn; ` +
    `ratios within a round.`,
  targets: Object.fromEntries(
    binNames.map((name) => [`startup.${name}`, atMost(3, 'issue 2', `\`${name} --help\` starts in less than three times bare node`)]),
  ),
  async *run(context: BenchContext) {
    const time = async (file: string, ...args: string[]): Promise<number> =>
      (await context.command(file, args, { stdout: null, env: { NODE_OPTIONS: '' } })).wallMs;
    const measured = await context.rounds(
      {
        node: () => time(process.execPath, '-e', '0'),
        ...Object.fromEntries(binNames.map((name) => [name, () => time(bin(name), '--help')])),
      },
      context.runs * context.size(4, 1),
    );
    const bare = (measured as Record<string, number[]>)['node']!;
    yield row('startup.node', 'bare `node -e 0`', 'ms', bare);
    for (const name of binNames) {
      yield lower(`startup.${name}`, `\`${name} --help\` ÷ bare node`, '×', ratios((measured as Record<string, number[]>)[name]!, bare));
    }
  },
};
