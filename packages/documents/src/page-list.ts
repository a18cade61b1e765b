/** Runs of pages that are named in a note. */
const MAX_RUNS = 12;

/** `page 3`, `pages 3, 7–9 and 12`; `noun` is what a page is called. */
export function pageList(pages: readonly number[], noun = 'page'): string {
  const runs: [from: number, to: number][] = [];
  for (const page of pages) {
    const run = runs.at(-1);
    if (run && run[1] === page - 1) run[1] = page;
    else runs.push([page, page]);
  }
  const names = runs.slice(0, MAX_RUNS).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  if (runs.length > MAX_RUNS) names.push(`${runs.length - MAX_RUNS} more places`);
  const last = names.pop()!;
  return `${noun}${pages.length === 1 ? '' : 's'} ${names.length === 0 ? last : `${names.join(', ')} and ${last}`}`;
}
