import {
  type BlockContext,
  columnsOf,
  defineBlock,
  detached,
  Drop,
  evolve,
  expand,
  lineageOf,
  type Sample,
  strict,
  type WithColumns,
} from '@sdg/core';
import { closed, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { parseTemplate } from '@sdg/python/jinja';
import { templateProblem } from './llm/template-problem.js';
import { tryRender } from './llm/ask.js';

const config = closed({
  columns: Type.Record(Type.String(), Type.String(), {
    minProperties: 1,
    description: 'Jinja template of each column to set, over the columns of the sample.',
  }),
});

/** Config of {@link mapColumns}: templates by column. */
export interface MapColumnsConfig<Name extends string = string> {
  readonly columns: Readonly<Record<Name, string>>;
}

/**
 * Sets columns to rendered templates. All of them see the sample as it came in. A template that uses a column which
 * the sample lacks rejects it.
 *
 * @example samples.pipe(mapColumns({ columns: { title: '{{ domain }}: {{ question | upper }}' } }))
 */
export const mapColumns = strict(function mapColumns<S extends Sample, const Name extends string>(
  { columns }: MapColumnsConfig<Name>,
  context: BlockContext = detached('map_columns'),
): OperatorFunction<S, WithColumns<S, Name>> {
  const templates = Object.entries<string>(columns).map(([name, text]) => [name, parseTemplate(text)] as const);
  return expand<S, WithColumns<S, Name>>(context, () => (sample) => {
    const mapped: Record<string, unknown> = columnsOf(sample);
    for (const [name, template] of templates) {
      const text = tryRender(() => template.render(sample, () => context.random('prompt', lineageOf(sample).id)));
      if (text instanceof Drop) return text;
      mapped[name] = text;
    }
    return evolve(sample, mapped) as unknown as WithColumns<S, Name>;
  });
}, config);

export const mapColumnsBlock = defineBlock<typeof config, MapColumnsConfig>({
  type: 'MapBlock',
  summary: 'Sets columns to Jinja templates rendered over the sample.',
  config,
  async load(written, loader) {
    let good = true;
    for (const [name, text] of Object.entries(written.columns)) {
      try {
        parseTemplate(text);
      } catch (error) {
        good = false;
        loader.report(['columns', name], { rule: 'map/template', ...templateProblem(error as Error) });
      }
    }
    return good ? written : undefined;
  },
  columns: ({ columns }) => ({
    reads: [...new Set(Object.values(columns).flatMap((text) => parseTemplate(text).names.required))],
    adds: Object.keys(columns),
    removes: [],
    texts: Object.keys(columns),
  }),
  examples: [
    {
      title: 'A title of two columns',
      config: { columns: { title: '{{ domain | upper }}: {{ question }}' } },
      input: [{ domain: 'geology', question: 'What is a delta?' }],
      output: [{ domain: 'geology', question: 'What is a delta?', title: 'GEOLOGY: What is a delta?' }],
    },
  ],
  create: mapColumns,
});
