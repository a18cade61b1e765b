// `sdg blocks --plugin FILE` for each file. The first that does not load ends a process: here they share one.
const cli = (file) => import(new URL(`../../../../packages/cli/dist/${file}`, import.meta.url));
const [{ default: blocks }, { parseFlags }, { reportError }] = await Promise.all(['commands/blocks.js', 'frame/parse-flags.js', 'frame/report.js'].map(cli));

for (const file of process.argv.slice(2)) {
  const { flags, positionals } = parseFlags(blocks, ['--plugin', file], {});
  await blocks.run({ flags, positionals }).catch((error) => process.stderr.write(`exit ${reportError(error, 'sdg blocks', false)}\n`));
}
