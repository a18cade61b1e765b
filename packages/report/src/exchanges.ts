import { contentHash, type Lineage } from '@sdg/core';
import type { RecordFiles } from './record-files.js';
import type { Step } from './run-data.js';

interface StoredExchange {
  readonly sample?: string;
  readonly block: string;
  readonly model?: string;
  readonly prompt: string | readonly { readonly role: string; readonly content: string }[];
  readonly replies?: readonly { readonly text: string; readonly reasoning?: string }[];
  readonly failure?: string;
}

const promptText = (prompt: StoredExchange['prompt']): string =>
  typeof prompt === 'string' ? prompt : prompt.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n');

/** The lineage ids of a sample and of all that it was made of, the seed's first. */
export function ancestorsOf({ root, path }: Pick<Lineage, 'root' | 'path'>): string[] {
  const ids = [root];
  for (const step of path) ids.push(contentHash(ids.at(-1)!, step));
  return ids;
}

const toStep = ({ block, model, prompt, replies = [], failure }: StoredExchange): Step => ({
  block,
  ...(model !== undefined && { model }),
  prompt: promptText(prompt),
  reply: failure === undefined ? replies.map(({ text }) => text).join('\n\n') : `no reply: ${failure}`,
  ...(replies.some(({ reasoning }) => reasoning) && { reasoning: replies.map(({ reasoning }) => reasoning ?? '').join('\n\n') }),
});

/** What was asked and answered for some samples, in order; by lineage id. */
export async function exchangesOf(files: RecordFiles, wanted: ReadonlySet<string>): Promise<Map<string, Step[]>> {
  const found = new Map<string, Step[]>();
  for await (const line of files.lines('exchanges.jsonl', ['block'])) {
    const exchange = line as unknown as StoredExchange;
    if (exchange.sample === undefined || !wanted.has(exchange.sample)) continue;
    found.set(exchange.sample, [...(found.get(exchange.sample) ?? []), toStep(exchange)]);
  }
  return found;
}
