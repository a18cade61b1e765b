import type { MixInvocation } from './mix-flags.js';

/** A file and how much of it, as long as that is not all of it: `train.jsonl=10000`. */
const PART = /^(?!hf:)(.+)=(\d+(?:\.\d+)?)$/;
/** Files whose lines have to be made. */
const PACKED = /\.(json|csv|parquet|gz|gzip|zst|zstd)$/i;
/** Flags that ask for a look at every row, or for none. */
const OTHER = ['recipe', 'dedupe', 'decontaminate', 'output-dir', 'check'] as const;

/** Begins to count the rows of the first file that rows are drawn from, while the rest of the program is being loaded. */
export async function countAhead({ flags, positionals }: MixInvocation): Promise<void> {
  if (OTHER.some((name) => flags[name] !== undefined)) return;
  const path = positionals.map((argument) => PART.exec(argument)).find((match) => match && Number(match[2]) !== 1)?.[1];
  if (path === undefined || PACKED.test(path)) return;
  (await import('@sdg/mixer/count-ahead')).countAhead(path, flags.threads);
}
