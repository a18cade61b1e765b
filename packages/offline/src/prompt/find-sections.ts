import type { OutputContract } from '@sdg/core';
import { roleOf, type Role } from './roles.js';

/** A marked part of a prompt. */
export interface Section {
  readonly name: string;
  readonly role: Role;
  readonly body: string;
  /** Where it begins and ends in the prompt, marks included. */
  readonly from: number;
  readonly to: number;
  /** How it is marked: between two tags, under a `[NAME]`, or behind a `Label:`. */
  readonly kind: 'pair' | 'bracket' | 'label';
  readonly startTag: string;
  readonly endTag: string;
}

type Opening = Pick<Section, 'name' | 'kind' | 'startTag' | 'endTag' | 'from'> & { readonly bodyFrom: number };

const LABEL_ROLES: ReadonlySet<Role> = new Set<Role>([
  ...(['question', 'answer', 'context', 'document', 'outline', 'explanation', 'score'] as const),
  ...(['verdict', 'summary', 'correction', 'choices', 'task', 'domain'] as const),
]);

/** How a line opens a part: the mark itself, what it names, and the mark that closes it. */
type Mark = Pick<Opening, 'kind' | 'name' | 'startTag' | 'endTag'>;
type ReadMark = (text: string, contract: OutputContract | undefined) => Mark | undefined;

const wordsIn = (text: string): number => text.split(/\s+/u).length;
const labelMark = (startTag: string, name: string): Mark => ({ kind: 'label', name, startTag, endTag: '' });

/** A tag that the block itself looks for. */
const contractTag: ReadMark = (text, contract) => {
  const i = contract?.startTags?.findIndex((tag) => tag !== '' && text.startsWith(tag)) ?? -1;
  if (i === -1) return undefined;
  const startTag = contract!.startTags![i]!;
  return { kind: 'pair', name: contract!.columns[i] ?? startTag, startTag, endTag: contract!.endTags?.[i] ?? '' };
};

/** `[Start of Question]`, closed in the same case. */
const startOfTag: ReadMark = (text) => {
  const [startTag, name] = /^\[Start of (?:the )?([^\]\n]{1,40})\]/iu.exec(text) ?? [];
  if (startTag === undefined) return undefined;
  const endTag = startTag.replace(/start/iu, (word) => (word === 'START' ? 'END' : word === 'start' ? 'end' : 'End'));
  return { kind: 'pair', name: name!, startTag, endTag };
};

/** `<question>`. */
const xmlTag: ReadMark = (text) => {
  const [startTag, name] = /^<([A-Za-z][\w-]{0,40})>/u.exec(text) ?? [];
  return startTag === undefined ? undefined : { kind: 'pair', name: name!, startTag, endTag: `</${name!}>` };
};

/** `[Question]`, which nothing closes. */
const bracket: ReadMark = (text) => {
  const [startTag, name] = /^\[([A-Za-z][A-Za-z _-]{1,30})(?: \d+)?\](?!\()/u.exec(text) ?? [];
  return startTag === undefined || roleOf(name!) === 'other' ? undefined : { kind: 'bracket', name: name!, startTag, endTag: '' };
};

const LABEL = /^(?:#{1,5}\s*|\*\*)?((?:[\p{L}\d][\p{L}\d'’_-]*,?\s+){0,9}[\p{L}\d_]+)\s*(?:\*\*:|:\*\*|:)(?=\s|$)/u;

/** `Question:`, with or without its text in the same line. */
const label: ReadMark = (text) => {
  const [mark, name] = LABEL.exec(text) ?? [];
  if (mark === undefined || name === undefined) return undefined;
  if (text.length > mark.length) {
    const noun = name.split(/\s/u).at(-1)!.replace(/\d/gu, '') || name;
    return wordsIn(name) <= 3 && LABEL_ROLES.has(roleOf(noun)) ? labelMark(mark, name) : undefined;
  }
  // `Questions on it and their answers:` introduces examples, `Your question and its answer:` the reply.
  if (/\bquestions?\b.*\banswers?\b/iu.test(name)) return labelMark(mark, /^(?:your|now)\b/iu.test(name) ? 'reply' : 'examples');
  return LABEL_ROLES.has(roleOf(name)) ? labelMark(mark, name) : undefined;
};

/** The ways in which people mark parts of a prompt, the surest first: where one tells, the others are not asked. */
const MARKS: readonly ReadMark[] = [contractTag, startOfTag, xmlTag, bracket, label];

/** A line that begins a marked part. */
function readOpening(line: string, from: number, contract: OutputContract | undefined): Opening | undefined {
  const text = line.trimStart();
  const at = from + line.length - text.length;
  for (const read of MARKS) {
    const mark = read(text, contract);
    if (mark) return { ...mark, from: at, bodyFrom: at + mark.startTag.length };
  }
  return undefined;
}

/** `The skill: …` ends with its paragraph; a document behind a label goes on. */
const isOneParagraph = ({ kind, name }: Opening): boolean =>
  kind === 'label' && ['task', 'domain', 'outline', 'score', 'verdict'].includes(roleOf(name));

/** Paragraphs that tell the teacher what to do rather than belong to the text above them. */
const DIRECTIVE =
  /^\W{0,4}(?:now\b|please\b|generate|write|create|provide|produce|return|remember|using|use the|based on|follow|do not|don't|your (?:task|turn|job)|begin|rate\b|start your|output|give (?:me|us|your|a|one)|make sure|answer (?:the|with|in|only|yes)|respond|determine|evaluate|judge|decide|reply|summari[sz]e|correct the|rewrite|extract|choose|select|list (?:all|the)|ask\b|think|here (?:is|are)|it is your|let(?:'|’)s|after (?:your|the)|for (?:this|each|every) |(?:those|these|that) (?:was|were|are) (?:the|an|some) examples?)|(?:^|[.!?]\s)Now,? (?:write|generate|create|answer|judge|give|rate|it is your)\b/iu;

/** Whether a line or paragraph tells the teacher what to do. */
export const isDirective = (text: string): boolean => DIRECTIVE.test(text.trim());

/** A text without the directions at its end, and without fences or quotation marks around it. */
function trimBody(body: string): string {
  const paragraphs = body.trim().split(/\n\s*\n/u);
  while (paragraphs.length > 1 && isDirective(paragraphs.at(-1)!)) paragraphs.pop();
  const text = paragraphs.join('\n\n').trim();
  return (
    /^(?:```\w*\n([\s\S]*)\n```|"""\s*([\s\S]*?)\s*""")$/u
      .exec(text)
      ?.slice(1)
      .find((group) => group !== undefined) ?? text
  );
}

type Part = Opening & { readonly closedAt?: number };

/** Where a part between two tags ends; -1 where it is never closed. */
function closeOf(text: string, { kind, startTag, endTag, bodyFrom }: Opening): number {
  if (kind !== 'pair' || endTag === '') return -1;
  const end = text.indexOf(endTag, bodyFrom);
  const again = text.indexOf(startTag, bodyFrom);
  // A start tag where the end tag should stand is a slip that prompts in the wild contain.
  return again === -1 || end < again || endTag === startTag ? end : -1;
}

/** The parts of a prompt by the lines that begin them. */
function findOpenings(text: string, contract: OutputContract | undefined): readonly Part[] {
  const parts: Part[] = [];
  let skipTo = 0;
  for (const { 0: line, index } of text.matchAll(/[^\n]+/gu)) {
    const opening = index < skipTo ? undefined : readOpening(line, index, contract);
    if (!opening) continue;
    // An example holds parts of its own.
    if (roleOf(opening.name) === 'example' && opening.kind !== 'label') continue;
    const { kind, endTag, bodyFrom } = opening;
    const closedAt = closeOf(text, opening);
    if (closedAt !== -1) {
      parts.push({ ...opening, closedAt });
      // An end tag that is also the next part's start tag has to be seen again.
      skipTo = contract?.startTags?.includes(endTag) ? closedAt : closedAt + endTag.length;
    } else if (kind !== 'pair' || text.slice(bodyFrom).trim() !== '') parts.push(opening);
  }
  return parts;
}

/** Where a part ends that no tag closes: at the next, or with its paragraph. */
function endOf(text: string, part: Part, following: number): number {
  const { bodyFrom } = part;
  const blank = isOneParagraph(part) ? text.slice(bodyFrom, following).search(/\S[^]*?\n\s*\n/u) : -1;
  return blank === -1 ? following : bodyFrom + blank + text.slice(bodyFrom + blank).search(/\n\s*\n/u);
}

/**
 * Finds the marked parts of a prompt, in order and without overlaps; a part may hold others only if it is an example.
 * Marks count at the beginning of a line alone, so that "between the [Q] and [A] tags" is not one.
 */
export function findSections(text: string, contract?: OutputContract): readonly Section[] {
  const parts = findOpenings(text, contract);
  return parts.map((part, i): Section => {
    const { name, kind, from, startTag, endTag, bodyFrom, closedAt } = part;
    const open = closedAt ?? endOf(text, part, parts[i + 1]?.from ?? text.length);
    const to = closedAt === undefined ? open : closedAt + endTag.length;
    return { name, role: roleOf(name), body: trimBody(text.slice(bodyFrom, open)), from, to, kind, startTag, endTag };
  });
}
