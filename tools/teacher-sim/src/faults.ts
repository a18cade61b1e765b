import { Random, SdgError, suggest } from '@sdg/core';

/** Everything that can go wrong on purpose, and when it does: at the door, or after a slot has worked on the call. */
export const faultKinds = {
  '429': { at: 'door', summary: 'too many requests, without Retry-After' },
  '429-retry-after': { at: 'door', summary: 'too many requests, with Retry-After' },
  '500': { at: 'slot', summary: 'internal server error' },
  '503': { at: 'door', summary: 'not ready' },
  reset: { at: 'slot', summary: 'connection reset before the first byte' },
  'reset-body': { at: 'slot', summary: 'connection reset in the middle of the body' },
  hang: { at: 'slot', summary: 'no answer, ever' },
  'slow-body': { at: 'slot', summary: 'the body comes in drips' },
  truncated: { at: 'slot', summary: 'half of the JSON, well ended' },
  'content-type': { at: 'slot', summary: 'an HTML page with status 200' },
  'no-choices': { at: 'slot', summary: 'an empty list of choices' },
  'fewer-choices': { at: 'slot', summary: 'half as many choices as asked for' },
  length: { at: 'slot', summary: 'text cut short, finish_reason length' },
  'context-length': { at: 'door', summary: 'status 400: the prompt is too long' },
  '401': { at: 'door', summary: 'the key is not accepted' },
  utf8: { at: 'slot', summary: 'bytes that are not UTF-8' },
  huge: { at: 'slot', summary: 'a reply of 200 MB' },
} as const satisfies Record<string, { at: 'door' | 'slot'; summary: string }>;

export type FaultKind = keyof typeof faultKinds;

/** When a fault strikes: by chance, for calls by number (from 0, in order of arrival), or in bursts. */
export type FaultRule =
  | { readonly kind: FaultKind; readonly rate: number }
  | { readonly kind: FaultKind; readonly from: number; readonly to: number }
  | { readonly kind: FaultKind; readonly every: number; readonly length: number };

/**
 * The fault of a call, if it shall have one; the first rule that strikes. Chance depends on the seed, the request and
 * how often it was made before, not on the order of arrival.
 */
export function faultOf(rules: readonly FaultRule[], seed: number, call: { readonly number: number; readonly request: string; readonly attempt: number }): FaultKind | undefined {
  for (const [i, rule] of rules.entries()) {
    if ('rate' in rule) {
      if (rule.rate > 0 && new Random('fault', seed, i, call.request, call.attempt).float() < rule.rate) return rule.kind;
    } else if ('from' in rule) {
      if (call.number >= rule.from && call.number <= rule.to) return rule.kind;
    } else if (call.number % rule.every < rule.length) return rule.kind;
  }
  return undefined;
}

/**
 * Reads a list of rules: `429=0.1` by rate, `500@3`, `503@100-120`, `401@500-` by number of the call, `reset%100/20`
 * the first 20 of every 100. @throws SdgError `usage`
 */
export function parseFaults(text: string): FaultRule[] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, kind = '', rate, from, dash, to, every, length] =
        /^\s*([\w-]+?)(?:=([\d.]+)|@(\d+)(-)?(\d+)?|%(\d+)\/(\d+))\s*$/.exec(part) ?? [];
      if (!Object.hasOwn(faultKinds, kind)) {
        const meant = suggest(kind || part, Object.keys(faultKinds));
        throw new SdgError('usage', `"${part}" is not a fault`, {
          remedy: meant ? `did you mean ${meant}?` : `write KIND=RATE, KIND@FROM-TO or KIND%EVERY/LENGTH; kinds are ${Object.keys(faultKinds).join(', ')}`,
        });
      }
      const fault = kind as FaultKind;
      if (rate !== undefined) return { kind: fault, rate: Number(rate) };
      if (every !== undefined) return { kind: fault, every: Number(every), length: Number(length) };
      return { kind: fault, from: Number(from), to: to !== undefined ? Number(to) : dash ? Infinity : Number(from) };
    });
}
