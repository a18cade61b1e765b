import type { ValidateFunction } from 'ajv';
import { strip } from '@sdg/python';

/** The JSON text in a reply: inside a fenced block, or from the first bracket to the last. */
function jsonText(reply: string): string {
  const fenced = /```(?:json)?\s*\n([^]*?)\n\s*```/u.exec(reply)?.[1];
  if (fenced !== undefined) return strip(fenced);
  const start = reply.search(/[[{]/u);
  const end = Math.max(reply.lastIndexOf('}'), reply.lastIndexOf(']'));
  return start === -1 || end < start ? strip(reply) : reply.slice(start, end + 1);
}

/** A value that fits, or what is wrong with the reply in words that its writer can act on. */
export type ParsedJson = { readonly value: unknown } | { readonly faults: string };

/** Reads a reply as JSON of a schema; prose and fences around it do no harm. */
export function parseJson(reply: string, valid: ValidateFunction): ParsedJson {
  let value: unknown;
  try {
    value = JSON.parse(jsonText(reply));
  } catch (error) {
    return { faults: `it is not JSON (${(error as Error).message})` };
  }
  if (valid(value)) return { value };
  return { faults: (valid.errors ?? []).map(({ instancePath, message = 'is wrong' }) => `${instancePath || 'the value'} ${message}`).join('; ') };
}
