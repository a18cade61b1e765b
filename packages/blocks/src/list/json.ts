import { isRecord } from '@sdg/core';
import { strip } from '@sdg/python';
import { closedJson, findJson } from '../llm/find-json.js';
import { fencedWhole } from './marks.js';
import { dressed } from './questions.js';
import { wordsOf } from './words.js';

type Members = readonly (readonly [key: string, value: unknown])[];
const membersOf = (value: unknown): Members | undefined => (isRecord(value) ? Object.entries(value) : undefined);

/** Members that number an item or say of what kind it is. */
const ASIDE = /^(?:id|no|nr|number|index|key|type|kind|category|topic|difficulty|level)$/iu;
/** Members that hold a list, whatever it is of. */
const HOLDS = /^(?:items?|list|data|results?|output|response|content|examples?|entries|values|prompts?|tasks?|instructions?)$/iu;

/** What keys of a JSON list are called for a label. */
interface Names {
  /** `question`, `question_1`, `question_text`. */
  readonly one: RegExp;
  readonly numbered: RegExp;
  /** `questions`, `question_list`. */
  readonly all: RegExp;
  /** Whether the last item may lack its text. */
  readonly isCut: boolean;
}
function namesOf(label: string, isCut: boolean): Names {
  const word = `(?:${wordsOf(label)})`;
  return {
    one: new RegExp(String.raw`^${word}(?:[ _-]?(?:text|\d+))?$`, 'iu'),
    numbered: new RegExp(String.raw`^${word}[ _-]?\d+$`, 'iu'),
    all: new RegExp(String.raw`^${word}(?:s|[ _-]?list)$`, 'iu'),
    isCut,
  };
}

/** The text that an item of a list is: itself, its member that is named so, or its only one. */
function textOf(item: unknown, names: Names): string | undefined {
  if (typeof item === 'string') return item;
  const members = membersOf(item) ?? [];
  const named = members.filter(([key]) => names.one.test(key));
  if (named.length === 1) return textOf(named[0]![1], names);
  const texts = members.filter(([key, one]) => typeof one === 'string' && !ASIDE.test(key));
  return named.length === 0 && texts.length === 1 ? (texts[0]![1] as string) : undefined;
}

/** All of them, or none. */
function textsOf(items: readonly unknown[], names: Names): string[] {
  const texts = items.map((item, i) => textOf(item, names) ?? (names.isCut && i === items.length - 1 ? '' : undefined));
  return texts.every((text) => text !== undefined) ? texts : [];
}

/**
 * Items of a JSON value: of a list, of a member that holds one, of members that are numbered (`question_1`), of the only object in
 * another. Numbers alone name items where they count from 1: others are codes.
 */
function itemsOf(value: unknown, names: Names, isAll: boolean): string[] {
  if (Array.isArray(value)) return textsOf(value, names);
  const members = membersOf(value) ?? [];
  const held = members.find(([key, inner]) => names.all.test(key) && typeof inner === 'object');
  if (held) return itemsOf(held[1], names, true);
  const numbered = members.filter(([key]) => names.numbered.test(key));
  if (numbered.length > 1 || (numbered.length === 1 && members.length === 1)) {
    return textsOf(
      numbered.map(([, item]) => item),
      names,
    );
  }
  if (isAll && members.length > 0 && members.every(([key], i) => key === String(i + 1))) {
    return textsOf(
      members.map(([, item]) => item),
      names,
    );
  }
  const lists = members.filter(([key, inner]) => Array.isArray(inner) && (members.length === 1 || names.one.test(key) || HOLDS.test(key)));
  if (lists.length === 1) return textsOf(lists[0]![1] as unknown[], names);
  return members.length === 1 ? itemsOf(members[0]![1], names, false) : [];
}

/** Whether JSON is all that a text begins with, but for a line that announces it and the opening of a fence. */
function beginsWithJson(text: string): boolean {
  const at = text.search(/[[{]/u);
  if (at === -1) return false;
  const lines = text.slice(0, at).split('\n').map(strip);
  const last = lines.pop()!;
  const said = [...lines.filter((line) => line !== '' && !/^```\w*$/u.test(line)), last.replace(/^```\w*/u, '').replace(/^\w+ ?= ?$/u, '')];
  const isLead = (line: string): boolean => /^[^\p{L}\p{N}]*\p{L}/u.test(line);
  const first = said.findIndex((line) => /[\p{L}\p{N}]/u.test(line));
  if (first === -1) return true;
  // Behind the announcement stands nothing, least of all on its own line.
  return first < said.length - 1 && isLead(said[first]!) && said.slice(first + 1).every((line) => line === '');
}

/** Items without the numbers that each of them begins with: `"1. Why?"`. */
function withoutNumbers(items: readonly string[], label: string, isCut: boolean): string[] {
  const mark = dressed(label);
  const isNumbered = items.length > 0 && (isCut ? items.slice(0, -1) : items).every((item, i) => mark(i).test(item));
  return isNumbered ? items.map((item, i) => strip(item.replace(mark(i), ''))) : items.map(strip);
}

/**
 * Items of a JSON list: texts, or objects with one text that says so; or of objects, one after the other, that are one item each. Of a
 * list that broke off (`isCut`) the last item is what may not be whole, if only an empty one.
 */
export function ofJson(text: string, label: string, isCut = false): string[] {
  if (!beginsWithJson(text)) return [];
  const found = findJson(text);
  const isBroken = isCut && found.isOpen;
  const values = isBroken ? [closedJson(text)] : found.pieces.map(({ value }) => value);
  const names = namesOf(label, isBroken);
  const isAll = values.length === 1 && (isBroken || /^\{[^]*\}$/u.test(strip(fencedWhole(text) ?? text)));
  const list = values.map((value) => itemsOf(value, names, isAll)).findLast(({ length }) => length > 0);
  const alone = values.map((value) => membersOf(value) ?? []);
  const isEach = alone.every((members) => members.length === 1 && names.one.test(members[0]![0]) && typeof members[0]![1] === 'string');
  return withoutNumbers(isEach ? alone.map(([member]) => member![1] as string) : (list ?? []), label, isBroken);
}
