import { closest, distance } from 'fastest-levenshtein';

/** The known name that was probably meant, or undefined where nothing is near (more than a third of it differs). */
export function suggest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const exact = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (exact !== undefined) return exact;
  const nearest = closest(name, known);
  return distance(name, nearest) <= Math.max(1, Math.floor(Math.max(name.length, nearest.length) / 3)) ? nearest : undefined;
}

/** `; did you mean "x"?` as a clause to append, or an empty string. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = suggest(name, known);
  return meant === undefined ? '' : `did you mean "${meant}"?`;
}
