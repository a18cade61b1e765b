import { type BlockContext, defineBlock, detached, evolve, expand, isRecord, rejected, type Sample, strict, NONE } from '@sdg/core';
import { YamlSource } from '@sdg/config';
import { closed, Field, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { missingColumn } from './missing-column.js';

const config = closed({
  config_paths: Field.names('YAML files of columns; each is chosen by its name without folder and ending.'),
  column_name: Field.name('Column that says which file.'),
  post_fix: Type.Optional(
    Type.Union([Type.String(), Type.Null()], { description: 'Read `name_<post_fix>.yaml` in place of `name.yaml`.' }),
  ),
});

/** A program gives the tables themselves, in place of their files. */
const inCode = { properties: { column_name: config.properties.column_name, configs: {} } };

/** Config of {@link samplePopulator}: columns to add, by value of the column that chooses. */
export interface SamplePopulatorConfig {
  readonly column_name: string;
  readonly configs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Adds columns from one of several tables, chosen by the value of a column. A value that has no table rejects the
 * sample.
 *
 * @example samples.pipe(samplePopulator({ column_name: 'tone', configs: { kind: { style: 'Write warmly.' } } }))
 */
export const samplePopulator = strict(function samplePopulator<S extends Sample>(
  { column_name, configs }: SamplePopulatorConfig,
  context: BlockContext = detached('sample_populator'),
): OperatorFunction<S, S & Sample> {
  const tables = new Map(Object.entries(configs));
  return expand<S, S & Sample>(context, () => (sample) => {
    const missing = missingColumn(sample, [column_name]);
    if (missing) return missing;
    const choice = asText(sample[column_name]);
    const columns = tables.get(choice);
    if (!columns) {
      return rejected('no-config', {
        message: `no file for ${column_name} = ${JSON.stringify(choice)}; there are ${[...tables.keys()].join(', ')}`,
      });
    }
    return evolve(sample, { ...NONE, ...sample, ...columns }) as unknown as S;
  });
}, inCode);

export const samplePopulatorBlock = defineBlock<typeof config, SamplePopulatorConfig>({
  type: 'SamplePopulatorBlock',
  summary: 'Adds the columns of one of several YAML files, chosen by the value of a column.',
  config,
  async load({ config_paths, column_name, post_fix }, loader) {
    const configs: Record<string, Readonly<Record<string, unknown>>> = {};
    for (const [i, path] of config_paths.entries()) {
      const file = await loader.read(post_fix ? path.replace('.yaml', `_${post_fix}.yaml`) : path, ['config_paths', i]);
      if (!file) continue;
      const source = new YamlSource(file.text, file.file);
      source.findings.forEach((finding) => loader.reportIn(finding));
      if (isRecord(source.value)) {
        configs[path.split('/').at(-1)!.split('.')[0]!] = source.value as Record<string, unknown>;
      } else if (source.findings.length === 0) {
        loader.reportIn({
          severity: 'error',
          rule: 'populator/columns',
          message: 'expected columns with their values',
          ...source.placeOf([]),
        });
      }
    }
    return Object.keys(configs).length === config_paths.length ? { column_name, configs } : undefined;
  },
  columns: ({ column_name, configs }) => ({
    reads: [column_name],
    adds: [...new Set(Object.values(configs).flatMap((columns) => Object.keys(columns)))],
    removes: [],
    demands: [{ column: column_name, test: (value) => Object.hasOwn(configs, asText(value)), lacking: 'file' }],
  }),
  examples: [
    {
      title: 'Instructions by tone',
      config: { config_paths: ['tones/kind.yaml', 'tones/strict.yaml'], column_name: 'tone' },
      files: { 'tones/kind.yaml': 'style: Write warmly.\n', 'tones/strict.yaml': 'style: Be brief.\n' },
      input: [{ tone: 'strict' }],
      output: [{ tone: 'strict', style: 'Be brief.' }],
    },
  ],
  create: samplePopulator,
});
