import { type BlockContext, defineBlock, detached, expand, filtered, type Sample, words, NONE } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { missingColumn } from './missing-column.js';
import { closed, Field, Maybe } from '@sdg/core/typebox';

const config = closed({
  columns: Field.names('Columns to look at.'),
  list_paths: Field.names('Files with words and phrases, one a line; lines that begin with # are remarks. Relative to the pipeline file.'),
  max_matches: Maybe.whole('Matches at most that a sample may have. Default 0.', { minimum: 0, default: 0 }),
  keep: Maybe.flag('Whether samples with more matches stay all the same, for `matches_col`. Default false.', { default: false }),
  matches_col: Maybe.text('Column for the words that were found, in order, each as often as it stands there.'),
});

/** Config of {@link wordList}: as in YAML, with the lines of the files in place of their paths. */
export interface WordListConfig {
  readonly columns: readonly string[];
  readonly list: readonly string[];
  readonly max_matches?: number;
  readonly keep?: boolean;
  readonly matches_col?: string;
}

/** Phrases as they are found: their words with one space between them. */
interface Phrases {
  readonly known: ReadonlySet<string>;
  /** Words of the longest one. */
  readonly longest: number;
}

function phrasesOf(list: readonly string[]): Phrases {
  const all = list.map(words).filter(({ length }) => length > 0);
  return { known: new Set(all.map((phrase) => phrase.join(' '))), longest: all.reduce((most, { length }) => Math.max(most, length), 0) };
}

/** The phrases of a file: its lines, but for empty ones and remarks. */
const phraseLines = (text: string): string[] =>
  text.split(/\r?\n/).flatMap((line) => {
    const phrase = line.replace(/^\ufeff/, '').trim();
    return phrase === '' || phrase.startsWith('#') ? [] : [phrase];
  });

/** A sign at an end without which a phrase is another word: `C++`, `a$$`. Within, texts lose the same. */
const SIGN = /^[^\p{L}\p{M}\p{N}'’"“”„«(¿¡]|[^\p{L}\p{M}\p{N}'’"“”».,;:!?)…]$/u;

/** The phrases in a text, the longest at each place. */
function matchesIn(text: string, { known, longest }: Phrases): string[] {
  const list = words(text);
  const found: string[] = [];
  for (let at = 0; at < list.length;) {
    let length = Math.min(longest, list.length - at);
    while (length > 0 && !known.has(list.slice(at, at + length).join(' '))) length--;
    if (length > 0) found.push(list.slice(at, at + length).join(' '));
    at += Math.max(1, length);
  }
  return found;
}

/**
 * Drops samples that hold words or phrases of a list, such as one of insults: whole words, in upper or lower case, in any
 * script. What a list does not have it does not find, and what it has it finds in quotations too.
 *
 * @example samples.pipe(wordList({ columns: ['response'], list: ['darn', 'what the heck'] }))
 */
export function wordList<S extends Sample>(
  { columns, list, max_matches = 0, keep = false, matches_col }: WordListConfig,
  context: BlockContext = detached('word_list'),
): OperatorFunction<S, S> {
  const phrases = phrasesOf(list);
  return expand<S, S>(context, () => (sample) => {
    const missing = missingColumn(sample, columns);
    if (missing) return missing;
    const found = columns.flatMap((name) => matchesIn(asText(sample[name]), phrases));
    if (!keep && found.length > max_matches) return filtered('word list');
    return matches_col === undefined ? sample : { ...NONE, ...sample, [matches_col]: found };
  });
}

export const wordListBlock = defineBlock<typeof config, WordListConfig>({
  type: 'WordListBlock',
  summary: 'Drops samples that hold words or phrases of a file, such as insults, or says which they hold.',
  config,
  async load({ list_paths, ...rest }, loader) {
    const { keep, matches_col, max_matches } = rest;
    if (keep && matches_col === undefined) {
      loader.report(['keep'], { rule: 'words/nothing', message: 'keeps all and says nothing of it', remedy: 'name a matches_col' });
    }
    if (keep && max_matches !== undefined) {
      loader.report(['max_matches'], { rule: 'words/nothing', message: 'max_matches with keep does nothing', remedy: 'keep one of them' });
    }
    const list: string[] = [];
    for (const [i, path] of list_paths.entries()) {
      const file = await loader.read(path, ['list_paths', i]);
      if (!file) return undefined;
      const lines = phraseLines(file.text);
      const own = lines.filter((line) => words(line).length > 0);
      if (own.length === 0) {
        loader.report(['list_paths', i], { rule: 'words/empty', message: `${file.file} has no words`, remedy: 'write one a line' });
      }
      const odd = lines.filter((line) => SIGN.test(line));
      if (own.length > 0 && odd.length > 0) {
        loader.report(['list_paths', i], {
          rule: 'words/signs',
          severity: 'warning',
          message: `signs do not count, so ${JSON.stringify(odd[0])} of ${file.file} is looked for as "${words(odd[0]!).join(' ')}"`,
          remedy:
            odd.length === 1
              ? 'take it out if that is another word'
              : `take such out that become other words; ${odd.length} have signs at an end`,
        });
      }
      for (const phrase of own) list.push(phrase);
    }
    return { ...rest, list };
  },
  columns: ({ columns, matches_col }) => ({ reads: columns, adds: matches_col === undefined ? [] : [matches_col], removes: [] }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Whole words, in any case, and phrases',
      config: { columns: ['answer'], list_paths: ['rude.txt'] },
      files: { 'rude.txt': '# Mild ones.\nblockhead\nwhat the heck\nばか\n' },
      input: [
        { answer: 'You BLOCKHEAD!' },
        { answer: 'Two blockheads met.' },
        { answer: 'What, the heck?' },
        { answer: 'この ばか 者' },
        { answer: 'Heck, what the river carries!' },
      ],
      output: [{ answer: 'Two blockheads met.' }, { answer: 'Heck, what the river carries!' }],
    },
    {
      title: 'Which words stand there, for a judge behind it',
      config: { columns: ['answer'], list_paths: ['rude.txt'], keep: true, matches_col: 'rude' },
      files: { 'rude.txt': 'blockhead\n' },
      input: [{ answer: 'A blockhead is a blockhead.' }, { answer: 'Good day.' }],
      output: [
        { answer: 'A blockhead is a blockhead.', rude: ['blockhead', 'blockhead'] },
        { answer: 'Good day.', rude: [] },
      ],
    },
  ],
  create: wordList,
});
