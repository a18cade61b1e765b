import { contentHash, Random } from '@sdg/values';
import { writeExactly } from '../treat/exact-numbers.js';
import type { PROCESSORS } from './formats-schema.js';

type Processor = (value: unknown) => string;

/** Ways to ask for a summary. */
const SUMMARY_PROMPTS = [
  'Summarize the following post.',
  'Sum up this post in a few sentences.',
  'Write a short summary of the post below.',
  'What does this post say, in brief?',
  'Read the post and give its main points.',
  'Tell me shortly what this post is about.',
] as const;

const fieldOf = (value: unknown, name: string): string => {
  const field: unknown = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof field === 'string' ? field.trim() : '';
};

/** The processors that DataMix's formats name. What is random depends on the row alone. */
export const processors: Readonly<Record<(typeof PROCESSORS)[number], Processor>> = {
  join_choices: (value) =>
    Array.isArray(value)
      ? value.map((choice) => ` - ${typeof choice === 'string' ? choice : writeExactly(choice)}`).join('\n')
      : String(value ?? ''),
  random_summary_prompt: (value) => new Random(0, 'summary', contentHash(writeExactly(value ?? null))).pick(SUMMARY_PROMPTS),
  extract_post_info: (value) =>
    typeof value === 'string'
      ? value
      : [fieldOf(value, 'title'), fieldOf(value, 'post') || fieldOf(value, 'article')].filter((text) => text !== '').join('\n\n'),
};
