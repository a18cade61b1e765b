import { isRecord } from '@sdg/core';
import type { Validator } from '@sdg/config';
import { findJson, type JsonPiece } from './find-json.js';
import type { SchemaShape } from './schema-shape.js';

/** What a reply must be. */
export interface JsonReading {
  readonly valid: Validator;
  /** Of a list: what each item must be. */
  readonly validItem?: Validator | undefined;
  readonly shape: SchemaShape;
}

/** What was read off a reply, or what is wrong with it in words that its writer can act on. */
type ParsedJson =
  | {
      /** The value; of a list its items. */
      readonly values: readonly unknown[];
      /** It was no well-formed JSON, or stood inside another value. */
      readonly mended: boolean;
      /** The reply broke off: the last item of the list is not among them. */
      readonly lost: boolean;
    }
  | { readonly faults: string };

/** Values one step inside another: models wrap what was asked for in a list of one, or in an object with a name for it. */
const inside = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value.length === 1 ? value : []) : isRecord(value) ? Object.values(value) : [];

const faultsOf = ({ errors }: Validator): string =>
  (errors ?? [])
    .map(({ instancePath, message = 'is wrong', params }) => {
      const name = (params as Record<string, unknown>)['additionalProperty'];
      return `${instancePath || 'the value'} ${message}${typeof name === 'string' ? ` ("${name}")` : ''}`;
    })
    .join('; ');

/** Whether a value says anything: a schema without required members fits an empty object, and any other. */
function tells(value: unknown, { members }: SchemaShape): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return !isRecord(value) || members.length === 0 || members.some((name) => name in value);
}

/**
 * Values that may be meant, the likeliest first: the last before the others, as written before mended, by themselves before inside
 * others, with their nulls before without, with their members' names before those of the schema.
 */
function candidates(pieces: readonly JsonPiece[], { members }: SchemaShape): readonly JsonPiece[] {
  const last = pieces.toReversed();
  const nested = last.flatMap(({ value }) => inside(value).map((one) => ({ value: one, mended: true })));
  const all = [...last.filter(({ mended }) => !mended), ...last.filter(({ mended }) => mended), ...nested];
  const named = all.map(({ value }) => renamed(value, members));
  return [...all, ...[...all.map(({ value }) => value), ...named].map((value) => ({ value: withoutNulls(value), mended: true }))];
}

const plainName = (name: string): string => name.replace(/[\s_-]/gu, '').toLowerCase();

/** With members called as the schema calls them, where they differ in capital letters, blanks and hyphens alone. */
function renamed(value: unknown, members: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, members));
  if (!isRecord(value)) return value;
  const meant = (key: string): string =>
    members.includes(key) ? key : (members.find((name) => !(name in value) && plainName(name) === plainName(key)) ?? key);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [meant(key), member]));
}

/** Without members that are null: a model that leaves one out often says so, whether or not the schema has a null there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}

/**
 * Reads a reply as JSON of a schema: of all values in it the last that fits. Prose, fences and other values around it do
 * no harm; several objects in a row do for a list. Of a reply that broke off (`isCut`) the items that are whole count.
 */
export function parseJson(reply: string, { valid, validItem, shape }: JsonReading, isCut = false): ParsedJson {
  const { pieces, isOpen, fault } = findJson(reply, isCut);
  const broken = isCut && isOpen;
  const fitting = broken ? [] : candidates(pieces, shape).filter(({ value }) => valid(value));
  const best = fitting.find(({ value }) => tells(value, shape)) ?? fitting[0];
  if (best) return { values: shape.isList ? (best.value as unknown[]) : [best.value], mended: best.mended, lost: false };
  if (shape.isList && validItem) {
    const items = pieces.filter(({ value }) => validItem(value) && tells(value, shape));
    if (items.length > 0 && (broken || items.length === pieces.length)) {
      return { values: items.map(({ value }) => value), mended: true, lost: isOpen };
    }
  }
  const whole = pieces.findLast(({ mended }) => !mended) ?? pieces.at(-1);
  if (!whole) return { faults: fault === undefined ? 'there is no JSON in it' : `it is not JSON (${fault})` };
  valid(whole.value);
  return { faults: faultsOf(valid) };
}
