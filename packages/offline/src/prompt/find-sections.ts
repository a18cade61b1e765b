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

const LABEL_ROLES: ReadonlySet<Role> = new Set([
  'question',
  'answer',
  'context',
  'document',
  'outline',
  'explanation',
  'score',
  'verdict',
  'summary',
  'correction',
  'choices',
  'task',
  'domain',
]);

/** A line that begins a marked part, by the ways in which people mark parts of a prompt. */
function readOpening(line: string, from: number, contract: OutputContract | undefined): Opening | undefined {
  const indent = line.length - line.trimStart().length;
  const text = line.trimStart();
  const at = from + indent;
  const open = (kind: Section['kind'], startTag: string, name: string, endTag = ''): Opening => ({
    kind,
    name,
    startTag,
    endTag,
    from: at,
    bodyFrom: at + startTag.length,
  });
  for (const [i, tag] of (contract?.startTags ?? []).entries()) {
    if (tag !== '' && text.startsWith(tag)) return open('pair', tag, contract!.columns[i] ?? tag, contract?.endTags?.[i] ?? '');
  }
  const startOf = /^\[Start of (?:the )?([^\]\n]{1,40})\]/iu.exec(text);
  if (startOf) {
    return open(
      'pair',
      startOf[0],
      startOf[1]!,
      startOf[0].replace(/start/iu, (word) => (word === 'START' ? 'END' : word === 'start' ? 'end' : 'End')),
    );
  }
  const xml = /^<([A-Za-z][\w-]{0,40})>/u.exec(text);
  if (xml) return open('pair', xml[0], xml[1]!, `</${xml[1]!}>`);
  const bracket = /^\[([A-Za-z][A-Za-z _-]{1,30})(?: \d+)?\](?!\()/u.exec(text);
  if (bracket && roleOf(bracket[1]!) !== 'other') return open('bracket', bracket[0], bracket[1]!);
  const label = /^(?:#{1,5}\s*|\*\*)?((?:[\p{L}\d][\p{L}\d'’_-]*,?\s+){0,9}[\p{L}\d_]+)\s*(?:\*\*:|:\*\*|:)(?=\s|$)/u.exec(text);
  if (!label) return undefined;
  const name = label[1]!;
  if (text.length > label[0].length) {
    return wordsIn(name) <= 3 && LABEL_ROLES.has(roleOf(name.split(/\s/u).at(-1)!.replace(/\d/gu, '') || name))
      ? open('label', label[0], name)
      : undefined;
  }
  // `Questions on it and their answers:` introduces examples, `Your question and its answer:` the reply.
  if (/\bquestions?\b.*\banswers?\b/iu.test(name)) return open('label', label[0], /^(?:your|now)\b/iu.test(name) ? 'reply' : 'examples');
  return LABEL_ROLES.has(roleOf(name)) ? open('label', label[0], name) : undefined;
}
const wordsIn = (text: string): number => text.split(/\s+/u).length;

/** `The skill: …` ends with its paragraph; a document behind a label goes on. */
const isOneParagraph = ({ kind, name }: Opening): boolean =>
  kind === 'label' && ['task', 'domain', 'outline', 'score', 'verdict'].includes(roleOf(name));

/** Paragraphs that tell the teacher what to do rather than belong to the text above them. */
const DIRECTIVE =
  /^\W{0,4}(?:now\b|please\b|generate|write|create|provide|produce|return|remember|using|use the|based on|follow|do not|don't|your (?:task|turn|job)|begin|rate\b|start your|output|give (?:me|us|your|a|one)|make sure|answer (?:the|with|in|only|yes)|respond|determine|evaluate|judge|decide|reply|summari[sz]e|correct the|rewrite|extract|choose|select|list (?:all|the)|ask\b|think|here (?:is|are)|it is your|let(?:'|’)s|after (?:your|the)|for (?:this|each|every) |(?:those|these|that) (?:was|were|are) (?:the|an|some) examples?)|(?:^|[.!?]\s)Now,? (?:write|generate|create|answer|judge|give|rate|it is your)\b/iu;

/** Whether a line or paragraph tells the teacher what to do. */
export const isDirective = (text: string): boolean => DIRECTIVE.test(text.trim());

/** A text without the directions at its end, and without fences or quotation marks around it. */
export function trimBody(body: string): string {
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

/**
 * Finds the marked parts of a prompt, in order and without overlaps; a part may hold others only if it is an example.
 * Marks count at the beginning of a line alone, so that "between the [Q] and [A] tags" is not one.
 */
export function findSections(text: string, contract?: OutputContract): readonly Section[] {
  const openings: (Opening & { readonly closedAt?: number })[] = [];
  let skipTo = 0;
  for (const { 0: line, index } of text.matchAll(/[^\n]+/gu)) {
    if (index < skipTo) continue;
    const opening = readOpening(line, index, contract);
    if (!opening) continue;
    const end = opening.endTag === '' ? -1 : text.indexOf(opening.endTag, opening.bodyFrom);
    const again = text.indexOf(opening.startTag, opening.bodyFrom);
    const isExample = roleOf(opening.name) === 'example' && opening.kind !== 'label';
    // A start tag where the end tag should stand is a slip that prompts in the wild contain.
    if (opening.kind === 'pair' && end !== -1 && (again === -1 || end < again || opening.endTag === opening.startTag)) {
      if (isExample) continue;
      openings.push({ ...opening, closedAt: end });
      // An end tag that is also the next part's start tag has to be seen again.
      skipTo = contract?.startTags?.includes(opening.endTag) ? end : end + opening.endTag.length;
    } else if (opening.kind !== 'pair' || text.slice(opening.bodyFrom).trim() !== '') {
      if (!isExample) openings.push(opening);
    }
  }
  return openings.map((opening, i): Section => {
    const following = openings[i + 1]?.from ?? text.length;
    const blank = isOneParagraph(opening) ? text.slice(opening.bodyFrom, following).search(/\S[^]*?\n\s*\n/u) : -1;
    const next = blank === -1 ? following : opening.bodyFrom + blank + text.slice(opening.bodyFrom + blank).search(/\n\s*\n/u);
    const bodyTo = opening.closedAt ?? next;
    const body = text.slice(opening.bodyFrom, bodyTo);
    return {
      name: opening.name,
      role: roleOf(opening.name),
      body: opening.closedAt === undefined ? trimBody(body) : trimBody(body.trim() === '' ? '' : body),
      from: opening.from,
      to: opening.closedAt === undefined ? next : opening.closedAt + opening.endTag.length,
      kind: opening.kind,
      startTag: opening.startTag,
      endTag: opening.endTag,
    };
  });
}
