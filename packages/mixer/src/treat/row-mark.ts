import type { minHash as signTexts } from '@sdg/similarity';
import { contentHash } from '@sdg/values';
import { textIn, type Turn } from '../formats/turn.js';
import { columnAt } from './column-at.js';
import { worth, writeExactly } from './exact-numbers.js';
import { saidIn } from './treat-row.js';

/** What the mix must know of every row that comes out, beyond its bytes. */
export interface Marks {
  /** A key by which equal rows are found. */
  readonly dedupe?: 'exact' | 'near' | 'semantic';
  /** Whether texts are wanted that say what the row means. */
  readonly meaning?: boolean;
  /** Column whose number says which of two rows stays. */
  readonly score?: string;
  /** Column whose number says how well the row may stand for others. */
  readonly quality?: string;
  /** Column whose value is the row's group. */
  readonly group?: string;
  /** Column whose number is the row's weight. */
  readonly weight?: string;
}

/** What is known of one row that came out. */
export interface RowMark {
  readonly key?: string;
  readonly signature?: Uint8Array;
  readonly group?: string;
  readonly weight?: number;
  /** What was asked, and what was answered. */
  readonly meaning?: readonly [string, string];
  readonly score?: number;
  readonly quality?: number;
}

/** Loaded for near duplicates alone: draws shall not wait for it. */
let minHash: typeof signTexts | undefined;

/** Loads what rows are marked with; to be called before the first treatment whose marks are for near duplicates. */
export async function loadMarks(marks: Marks | undefined): Promise<void> {
  if (marks?.dedupe === 'near') ({ minHash } = await import('@sdg/similarity'));
}

/** Characters of a text that are looked at: more than most models read. */
const MOST_MEANING = 1000;
/** The end of a long text: behind a document stands the question about it. */
function ending(text: string): string {
  if (text.length <= MOST_MEANING) return text;
  const last = text.slice(text.trimEnd().lastIndexOf('\n\n') + 1).trim();
  return last.length > 0 && last.length <= MOST_MEANING ? last : text.slice(-MOST_MEANING);
}

/** What was asked in a row, and what was answered, as texts whose meaning can be compared. */
export function meaningOf(messages: readonly Turn[]): [string, string] {
  const said = (isAnswer: boolean): string =>
    messages
      .filter(({ role }) => role !== 'system' && (role === 'assistant') === isAnswer)
      .map(textIn)
      .join('\n');
  return [ending(said(false)), said(true).slice(0, MOST_MEANING)];
}

const WORD = /[\p{L}\p{M}\p{N}]/u;

/** Whether there are words in any turn but the system's. */
const saysWords = (messages: readonly Turn[]): boolean => messages.some((turn) => turn.role !== 'system' && WORD.test(textIn(turn)));

/** What is to be known of a row that came out. */
export function markOf(
  row: Readonly<Record<string, unknown>>,
  messages: readonly Turn[],
  { dedupe, group, weight, meaning, score, quality }: Marks,
): RowMark {
  // An empty text is no 0.
  const numberAt = (column: string): number => Number(String(columnAt(row, column) ?? '').trim() || NaN);
  const said = dedupe ? saidIn(messages) : [];
  const groupOf = group === undefined ? undefined : worth(columnAt(row, group));
  return {
    ...(dedupe && { key: contentHash('said', ...said) }),
    // What has symbols alone is like nothing else: roles are no text to compare by.
    ...(dedupe === 'near' && saysWords(messages) && { signature: minHash!(said.join('\n')) }),
    ...(group !== undefined && { group: typeof groupOf === 'object' ? writeExactly(groupOf) : String(groupOf ?? null) }),
    ...(weight !== undefined && { weight: Number(columnAt(row, weight) ?? 0) }),
    ...(meaning && { meaning: meaningOf(messages) }),
    ...(score !== undefined && { score: numberAt(score) }),
    ...(quality !== undefined && { quality: numberAt(quality) }),
  };
}
