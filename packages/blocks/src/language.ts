import { createRequire } from 'node:module';
import { type BlockContext, defineBlock, detached, expand, filtered, type Sample, SdgError, strict, NONE } from '@sdg/core';
import { closed, Field, Maybe, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { textIn } from './as-text.js';
import { missingColumn } from './missing-column.js';
import type { ConfigOf } from './config-of.js';

const config = closed({
  columns: Field.names('Columns whose language is told, as one text.'),
  languages: Type.Optional(
    Type.Array(Type.String({ pattern: '^[a-z]{2,3}$' }), {
      minItems: 1,
      description: 'Languages to keep, by their codes of ISO 639-1: en, de. Default: all.',
    }),
  ),
  keep_unknown: Maybe.flag('Whether texts stay whose language cannot be told: numbers, a name. Default true.', { default: true }),
  language_col: Maybe.text('Column for the code; `und` where it cannot be told.'),
});

/** Config of {@link language}. */
export type LanguageConfig = ConfigOf<typeof config>;

/** The part of tinyld that is used here. */
interface Detector {
  detect(text: string): string;
  toISO2(code: string): string;
  readonly supportedLanguages: readonly string[];
}
let detector: Detector | undefined;
/** Loaded where a block asks: its tables are larger than the rest of a small run. Optional, since it takes 12 MB. */
function load(): Detector {
  try {
    return (detector ??= createRequire(import.meta.url)('tinyld') as Detector);
  } catch (cause) {
    throw new SdgError('usage', 'LanguageBlock needs tinyld, which is not installed', { remedy: 'npm install tinyld@1.3.4', cause });
  }
}

/** Characters of a text that tell its language: time grows with them. */
const TELLING = 1000;
const UNKNOWN = 'und';

/**
 * Keeps samples that are written in some languages, or says which one they are in: by frequent letters and words, with
 * tinyld, for 62 languages. It is optional: `npm install tinyld@1.3.4`.
 * Of 26 short questions in 14 languages it knew 25; a word or two is told by luck.
 *
 * @example samples.pipe(language({ columns: ['question', 'response'], languages: ['en'] }))
 */
export const language = strict(function language<S extends Sample>(
  { columns, languages, keep_unknown = true, language_col }: LanguageConfig,
  context: BlockContext = detached('language'),
): OperatorFunction<S, S> {
  const { detect } = load();
  const wanted = new Set(languages);
  return expand<S, S>(context, () => (sample) => {
    const missing = missingColumn(sample, columns);
    if (missing) return missing;
    const text = textIn(sample, columns);
    const found = detect(text.slice(0, TELLING)) || UNKNOWN;
    const isKept = found === UNKNOWN ? keep_unknown : wanted.size === 0 || wanted.has(found);
    if (!isKept) return filtered(`language ${found}`);
    return language_col === undefined ? sample : { ...NONE, ...sample, [language_col]: found };
  });
}, config);

export const languageBlock = defineBlock<typeof config, LanguageConfig>({
  type: 'LanguageBlock',
  summary: 'Keeps samples in some languages, or adds the code of the language that they are in.',
  config,
  async load(written, loader) {
    const { languages = [], language_col, keep_unknown } = written;
    if (languages.length === 0 && language_col === undefined && keep_unknown !== false) {
      loader.report([], {
        rule: 'language/nothing',
        message: 'neither keeps languages nor says which they are',
        remedy: 'name languages, or a language_col',
      });
    }
    const { supportedLanguages, toISO2 } = load();
    const known = new Set(supportedLanguages.map((code) => toISO2(code)));
    for (const [i, code] of languages.entries()) {
      if (known.has(code)) continue;
      loader.report(['languages', i], {
        rule: 'language/unknown',
        message: `language "${code}" is none that can be told`,
        remedy: `give one of ${[...known].sort().join(', ')}`,
      });
    }
    return written;
  },
  columns: ({ columns, language_col }) => ({ reads: columns, adds: language_col === undefined ? [] : [language_col], removes: [] }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'English alone, and what is no language',
      config: { columns: ['question'], languages: ['en'], language_col: 'language' },
      input: [
        { question: 'Where does the river flow into the sea?' },
        { question: 'Wo mündet der Fluss in die Nordsee?' },
        { question: '2 + 2' },
      ],
      output: [
        { question: 'Where does the river flow into the sea?', language: 'en' },
        { question: '2 + 2', language: 'und' },
      ],
    },
  ],
  create: language,
});
