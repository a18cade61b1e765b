// `sdg blocks --plugin FILE` for each file. The first that does not load ends a process: here they share one.
import { commands, parseFlags, reportError } from '@sdg/cli/in-process';

const { default: blocks } = await commands.blocks();

for (const file of process.argv.slice(2)) {
  const { flags, positionals } = parseFlags(blocks, ['--plugin', file], {});
  await blocks.run({ flags, positionals }).catch((error) => process.stderr.write(`exit ${reportError(error, 'sdg blocks', false)}\n`));
}
