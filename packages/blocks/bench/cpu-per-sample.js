// Own CPU time of each block that does not ask the teacher, for each sample: `node packages/blocks/bench/cpu-per-sample.js`
// Prints microseconds, user and system, over 20,000 samples of about 1 kB; build first.
import { Run, seedSample } from '@sdg/core';
import { from, lastValueFrom } from 'rxjs';
import { catalog } from '../dist/index.js';

const COUNT = 20_000;
const TEXT = 'Rivers carry water from the hills to the sea, and on their way they change the land. '.repeat(12);

/** @param {import('@sdg/core').BlockExample} example */
const loaderOf = (example) => ({
  read: async (path) => ({ file: path, text: example.files[path] }),
  report: () => undefined,
  reportIn: () => undefined,
  loadBlock: async () => undefined,
});

for (const spec of catalog.values()) {
  const [example] = spec.examples;
  const config = await spec.load(example.config, loaderOf(example));
  if (config === undefined || spec.cost(config, new Run().settings).calls > 0) continue;
  const samples = Array.from({ length: COUNT }, (_, i) => {
    const columns = example.input[i % example.input.length];
    const text = Object.entries(columns).map(([name, value]) => [
      name,
      typeof value === 'string' && spec.columns(config).reads.includes(name) && /Duplicates|Heuristics/.test(spec.type)
        ? `${value} ${i} ${TEXT}`
        : value,
    ]);
    return seedSample({ ...Object.fromEntries(text), document: TEXT, leaf_node_path: 'knowledge_rivers', number: i });
  });
  const once = () => lastValueFrom(from(samples).pipe(spec.create(config, new Run().block(spec.type))), { defaultValue: undefined });
  await lastValueFrom(from(samples.slice(0, 2000)).pipe(spec.create(config, new Run().block(spec.type))), { defaultValue: undefined });
  const before = process.cpuUsage();
  await once();
  const { user, system } = process.cpuUsage(before);
  console.log(`${spec.type.padEnd(24)} ${((user + system) / COUNT).toFixed(1).padStart(8)} µs a sample`);
}
