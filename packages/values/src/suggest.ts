import { createRequire } from 'node:module';
import type * as Levenshtein from 'fastest-levenshtein';
import { SdgError } from './errors.js';

/** Loaded with the first name that is not known. */
const levenshtein = () => createRequire(import.meta.url)('fastest-levenshtein') as typeof Levenshtein;

/** Words that others use for ours: by their letters another might be nearer, and mean another thing. */
const SAME: Readonly<Record<string, string>> = {
  gte: 'ge',
  lte: 'le',
  neq: 'ne',
  '>=': 'ge',
  '<=': 'le',
  '>': 'gt',
  '<': 'lt',
  '==': 'eq',
  '=': 'eq',
  '!=': 'ne',
  equals: 'eq',
  includes: 'contains',
};

/**
 * The known name that was probably meant, or undefined where nothing is near: more than a third of it differs, and more
 * than two letters (one, in names shorter than four), so that a swap of two letters is always found. A name that one alone begins
 * with is that one.
 */
export function suggest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const same = SAME[name.toLowerCase()];
  if (same !== undefined && known.includes(same)) return same;
  const exact = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (exact !== undefined) return exact;
  // Half a name, as of an option of several words, is nearer to others by its letters.
  const longer = name.length < 3 ? [] : known.filter((candidate) => candidate.startsWith(name));
  if (longer.length === 1) return longer[0];
  const { closest, distance } = levenshtein();
  const nearest = closest(name, known);
  const length = Math.max(name.length, nearest.length);
  return distance(name, nearest) <= Math.max(length < 4 ? 1 : 2, Math.floor(length / 3)) ? nearest : undefined;
}

/** `; did you mean "x"?` as a clause to append, or an empty string. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = suggest(name, known);
  return meant === undefined ? '' : `did you mean "${meant}"?`;
}

/**
 * Refuses names that are not known, all at once, each with what was probably meant: in code, too, a misspelt option must
 * not be passed over in silence.
 *
 * @throws SdgError `config`
 * @example refuseUnknown('llm', Object.keys(config), ['prompt', 'output_cols'], 'field')
 */
export function refuseUnknown(of: string, names: readonly string[], known: readonly string[], kind: 'field' | 'option' = 'option'): void {
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length === 0) return;
  const lines = strange.map((name) => [`${kind} "${name}" is not known`, didYouMean(name, known)].filter(Boolean).join('; '));
  throw new SdgError('config', `${of}: ${lines.join('\n')}`);
}
