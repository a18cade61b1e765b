import { contentHash, type Lineage } from '@sdg/core';
import type { KeptOutputs, RecordFiles } from './record-files.js';
import type { Step } from './run-data.js';

/** In the place of what neither the run folder nor the call cache has. */
const NOT_KEPT = '(the run folder had no room for it, and the call cache does not have it)';

interface StoredExchange {
  readonly sample?: string;
  readonly block: string;
  readonly model?: string;
  /** Absent: the call cache has it, and the replies. */
  readonly prompt?: string | readonly { readonly role: string; readonly content: string }[];
  readonly replies?: readonly { readonly text: string; readonly reasoning?: string }[];
  readonly failure?: string;
  /** Names of the outputs in the call cache. */
  readonly keys?: readonly string[];
}

const promptText = (prompt: NonNullable<StoredExchange['prompt']>): string =>
  typeof prompt === 'string' ? prompt : prompt.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n');

/** The lineage ids of a sample and of all that it was made of, the seed's first. */
export function ancestorsOf({ root, path }: Pick<Lineage, 'root' | 'path'>): string[] {
  const ids = [root];
  for (const step of path) ids.push(contentHash(ids.at(-1)!, step));
  return ids;
}

const wholeStep = ({ block, model, prompt = '', replies = [], failure }: StoredExchange): Step => ({
  block,
  ...(model !== undefined && { model }),
  prompt: promptText(prompt),
  reply: failure === undefined ? replies.map(({ text }) => text).join('\n\n') : `no reply: ${failure}`,
  ...(replies.some(({ reasoning }) => reasoning) && { reasoning: replies.map(({ reasoning }) => reasoning ?? '').join('\n\n') }),
});

/** A step of which the run folder has the names in the call cache alone, for want of room. */
function namedStep({ block, model, keys = [] }: StoredExchange, kept: KeptOutputs | undefined): Step {
  const outputs = keys.map((key) => kept?.(key));
  const found = outputs.filter((output) => output !== undefined);
  return {
    block,
    ...(model !== undefined && { model }),
    prompt: found[0]?.prompt ?? NOT_KEPT,
    reply: outputs.map((output) => output?.text ?? NOT_KEPT).join('\n\n'),
    ...(found.some(({ reasoning }) => reasoning) && { reasoning: found.map(({ reasoning }) => reasoning ?? '').join('\n\n') }),
  };
}

/** What was asked and answered for some samples, in order; by lineage id. */
export async function exchangesOf(files: RecordFiles, wanted: ReadonlySet<string>): Promise<Map<string, Step[]>> {
  const found = new Map<string, Step[]>();
  for await (const line of files.lines('exchanges.jsonl', ['block'])) {
    const exchange = line as unknown as StoredExchange;
    if (exchange.sample === undefined || !wanted.has(exchange.sample)) continue;
    const step = exchange.prompt === undefined && exchange.keys ? namedStep(exchange, files.kept) : wholeStep(exchange);
    found.set(exchange.sample, [...(found.get(exchange.sample) ?? []), step]);
  }
  return found;
}
