import type { OutputContract, TeacherRequest } from '@sdg/core';
import { aimOfDirections, type Aim } from '../prompt/find-aim.js';
import { findSections, type Section } from '../prompt/find-sections.js';
import type { PromptParts } from '../prompt/read-prompt.js';
import { roleOf, type Role } from '../prompt/roles.js';
import type { Field, Format } from './format.js';
import { patternFormat, type Marks } from './pattern-format.js';
import { plainFormat } from './plain-format.js';
import { schemaFormat } from './schema-format.js';
import { taggedFormat } from './tagged-format.js';

const WANTED: Readonly<Record<Aim, readonly Role[]>> = {
  judge: ['explanation', 'score', 'verdict', 'answer'],
  choices: ['question', 'answer'],
  pairs: ['question', 'answer'],
  questions: ['question'],
  answer: ['explanation', 'answer'],
  context: ['context', 'document'],
  correction: ['correction', 'document'],
  summary: ['summary'],
  facts: ['facts'],
};

/** Tags named in running text: "between the [Start of Score] and [End of Score] tags", "in <score> tags". */
function mentionedTags(directions: string): readonly { readonly startTag: string; readonly endTag: string; readonly role: Role }[] {
  const tags = (pattern: RegExp, endOf: (name: string) => string) =>
    Array.from(directions.matchAll(pattern), ([startTag, name]) => ({ startTag, endTag: endOf(name!), role: roleOf(name!) }));
  const starts = tags(/\[Start of ([^\]\n]{1,40})\]/giu, (name) => `[End of ${name}]`);
  const xml = tags(/<([A-Za-z][\w-]*)>/gu, (name) => `</${name}>`);
  const bare = tags(/\[([A-Z][A-Za-z]{2,20})\]/gu, () => '');
  return [...starts, ...xml, ...bare].filter(({ endTag }) => endTag === '' || directions.includes(endTag));
}

/** The tags of the prompt that stand for what is wanted, each once, in the order in which they first appear. */
function wantedTags(
  parts: PromptParts,
  wanted: readonly Role[],
  isOutput: (section: Section) => boolean,
): readonly (Field & { startTag: string; endTag: string })[] {
  const sections = findSections(parts.text).filter(({ kind }) => kind !== 'label');
  const end = /\[END\]/u.exec(parts.text)?.[0] ?? /\[End\]/u.exec(parts.text)?.[0] ?? '';
  const found = new Map<Role, { startTag: string; endTag: string }>();
  const named = sections.filter((section) => wanted.includes(section.role) && isOutput(section));
  for (const { role, startTag, endTag } of [...named, ...mentionedTags(parts.directions)]) {
    if (wanted.includes(role) && !found.has(role)) found.set(role, { startTag, endTag });
  }
  const list = [...found].map(([role, tags]) => ({ name: role, role, ...tags }));
  const last = list.at(-1);
  return last && last.endTag === '' && end !== '' ? [...list.slice(0, -1), { ...last, endTag: end }] : list;
}

function inferred(parts: PromptParts): Format {
  const aim = aimOfDirections(parts);
  // What a judge or an answerer is given stands last; what it is to write stands in the examples alone.
  const lastPlaces = new Map(parts.sections.map((section) => [section.startTag, section.to]));
  const lastOfAll = Math.max(-1, ...lastPlaces.values());
  const gives = aim === 'judge' || aim === 'answer';
  const roles = WANTED[aim];
  const tags = wantedTags(
    parts,
    roles,
    ({ startTag, role }) =>
      !gives ||
      role === 'explanation' ||
      role === 'score' ||
      role === 'verdict' ||
      lastPlaces.get(startTag) !== lastOfAll ||
      parts.text.trimEnd().endsWith(startTag),
  );
  const own =
    aim === 'judge' && tags.some(({ role }) => role === 'score' || role === 'verdict')
      ? tags.filter(({ role }) => role !== 'answer')
      : tags;
  if (own.length > 0) {
    // A prompt that ends with `[Answer]` has begun the reply already.
    const isBegun = (startTag: string, endTag: string): boolean => endTag === '' && parts.text.trimEnd().endsWith(startTag);
    return taggedFormat(
      own,
      own.map(({ startTag, endTag }) => (isBegun(startTag, endTag) ? '' : startTag)),
      own.map(({ endTag }) => endTag),
    );
  }
  return plainFormat(aim, parts);
}

/** Marks of the prompt's own examples, for a pattern that has to find them. */
function marksFor(fields: readonly Field[], parts: PromptParts): readonly Marks[] {
  const tags = wantedTags(
    parts,
    fields.map(({ role }) => role),
    () => true,
  );
  const startTags = fields.map(({ role }) => tags.find((tag) => tag.role === role)?.startTag ?? '');
  if (!startTags.every((tag) => tag !== '')) return [];
  const end = tags.at(-1)!.endTag;
  return [
    { startTags, endTag: end },
    { startTags, endTag: '' },
  ];
}

type Schema = Readonly<Record<string, unknown>>;

/** The schema that a reply has to follow; undefined where none is asked for. */
function schemaOf({ contract, parameters: { response_format, extra_body } }: TeacherRequest): Schema | undefined {
  const jsonSchema = response_format?.['json_schema'] as { readonly schema?: unknown } | undefined;
  const schema = contract?.schema ?? jsonSchema?.schema ?? extra_body?.['guided_json'];
  return typeof schema === 'object' && schema !== null ? (schema as Schema) : undefined;
}

/** What the columns of a contract hold, by their names or else by the tags around them. */
const fieldsOf = ({ columns, startTags = [] }: OutputContract): readonly Field[] =>
  columns.map((name, i) => {
    const role = roleOf(name);
    return { name, role: role === 'other' ? roleOf(startTags[i] ?? '') : role };
  });

/**
 * Without tags the whole reply is the column: labels that a prompt asks for (`### Question 1:`) belong to it, tags that
 * stand in the prompt do not. `output` wants whatever the prompt asks for.
 */
function wholeReply(field: Field | undefined, parts: PromptParts): Format {
  const within = inferred(parts);
  if (field === undefined || field.role === 'other') return within;
  const isLabelled = within.startTags === undefined && within.fields.some(({ role }) => role === field.role);
  return isLabelled && field.role !== 'answer' ? within : taggedFormat([field], [], []);
}

function contractFormat(contract: OutputContract, parts: PromptParts): Format {
  const { startTags = [], endTags = [], pattern, findAll } = contract;
  const fields = fieldsOf(contract);
  if (pattern !== undefined) return patternFormat(fields, pattern, marksFor(fields, parts), findAll);
  if ([...startTags, ...endTags].some((tag) => tag !== '')) return taggedFormat(fields, startTags, endTags);
  return fields.length > 1 ? taggedFormat(fields, [], []) : wholeReply(fields[0], parts);
}

/** The format that a request wants its reply in: from its contract or `response_format`, else from the prompt itself. */
export function chooseFormat(request: TeacherRequest, parts: PromptParts): Format {
  const { contract, parameters } = request;
  const schema = schemaOf(request);
  if (schema) return schemaFormat(schema);
  if (parameters.response_format?.['type'] === 'json_object') {
    const { fields } = inferred(parts);
    const properties = Object.fromEntries(fields.map(({ name }) => [name, { type: 'string' }]));
    return schemaFormat({ type: 'object', properties });
  }
  return contract ? contractFormat(contract, parts) : inferred(parts);
}
