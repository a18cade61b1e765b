import { catalog } from '@sdg/blocks';
import { DEFAULT_SETTINGS, SdgError } from '@sdg/core';
import { findPipeline, formatPlan, listPipelines, openPipeline, planPipeline, shippedPipelines, type ListedPipeline } from '@sdg/pipeline';
import { noticesTo } from '../run/notices.js';
import type { PipelinesInvocation } from '../commands/pipelines.js';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** One line a pipeline: its name, what it says of itself, and where it stands if it did not come with the program. */
function listText(pipelines: readonly ListedPipeline[]): string {
  const width = Math.max(...pipelines.map(({ name }) => name.length)) + 2;
  return pipelines
    .map(({ name, summary, chains, path, shipped }) => {
      const text = summary === '' ? `chains ${chains.join(', ')}` : summary;
      return `${name.padEnd(width)}${text}${shipped ? '' : ` (${path})`}\n`;
    })
    .join('');
}

/** The work of `sdg pipelines`: the list, or one of them, to stdout. */
export async function runPipelines(invocation: PipelinesInvocation): Promise<number> {
  const { flags, positionals, stdout, env, name: command } = invocation;
  const options = { shipped: shippedPipelines(), env };
  const [what = 'list', name] = positionals;
  if (what === 'list' && name === undefined) {
    const all = listPipelines(options);
    stdout.write(flags.format === 'json' ? json(all) : listText(all));
    return 0;
  }
  if (what !== 'show' || name === undefined) {
    const why = what === 'show' ? 'show needs the name of a pipeline' : what === 'list' ? 'list takes no name' : `there is no "${what}"`;
    throw new SdgError('usage', why, { remedy: `say ${command}, or ${command} show ${name ?? (what === 'show' ? 'full' : what)}` });
  }
  const found = findPipeline(name, options);
  const listed = listPipelines(options).find(({ path }) => path === found.path);
  const opened = await openPipeline(name, { env, catalog, observer: noticesTo(invocation), plugins: flags.plugin });
  const plan = planPipeline(opened.pipeline, { catalog: opened.catalog, settings: DEFAULT_SETTINGS });
  if (flags.format === 'json') stdout.write(json({ ...found, ...listed, plan }));
  else stdout.write(`${listed?.summary ? `${listed.summary}\n` : ''}${found.path}\n\n${formatPlan(plan)}`);
  return 0;
}
