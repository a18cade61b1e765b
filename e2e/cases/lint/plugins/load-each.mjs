// `sdg blocks --plugin FILE` for each file. The first that does not load ends a process: here they share one.
import blocks from '../../../../packages/cli/dist/commands/blocks.js';
import { parseFlags } from '../../../../packages/cli/dist/frame/parse-flags.js';
import { reportError } from '../../../../packages/cli/dist/frame/report.js';

for (const file of process.argv.slice(2)) {
  const { flags, positionals } = parseFlags(blocks, ['--plugin', file], {});
  await blocks.run({ flags, positionals }).catch((error) => process.stderr.write(`exit ${reportError(error, 'sdg blocks', false)}\n`));
}
