import { isObject } from './json-text.js';
import { outOfParts } from './turn-parts.js';
import { readTurn, type Turn, type TurnFields } from './turn.js';

/** Names that sets have for who speaks, and for what is said. */
const SPEAKERS = ['role', 'from', 'speaker', 'author', 'sender'] as const;
const SAYINGS = ['content', 'value', 'text', 'message', 'parts', 'utterance'] as const;

/** Fields that say whether a turn is the user's: PIPPA. */
const IS_USER = ['is_human', 'is_user', 'from_user'] as const;

/** A turn whose speaker is said by a yes or no, with a role; any other as it is. */
function withRole(turn: unknown): unknown {
  const name = isObject(turn) ? IS_USER.find((field) => typeof turn[field] === 'boolean') : undefined;
  if (name === undefined) return turn;
  const { [name]: isUser, ...rest } = turn as Readonly<Record<string, unknown>>;
  return 'role' in rest ? turn : { role: isUser === true ? 'user' : 'assistant', ...rest };
}

/** The fields by which a turn says who speaks and what is said; those of the messages form where it has others. */
function fieldsOf(turn: unknown): { role_key: string; content_key: string } {
  const fields = isObject(turn) ? turn : {};
  return {
    role_key: SPEAKERS.find((name) => typeof fields[name] === 'string') ?? 'role',
    content_key: SAYINGS.find((name) => name in fields) ?? 'content',
  };
}

/** Turns by the fields named, else by those that the first of them has; a text that says what is wrong where one is no turn. */
export function readTurns(given: readonly unknown[], column: string, fields: TurnFields = {}): readonly Turn[] | string {
  const isNamed = fields.role_key !== undefined || fields.content_key !== undefined;
  const list = isNamed ? given : given.map(withRole);
  const names = isNamed ? fields : { ...fields, ...fieldsOf(list[0]) };
  const turns: Turn[] = [];
  for (const [index, item] of list.entries()) {
    const isLike = isNamed || (isObject(item) && names.role_key! in item && names.content_key! in item);
    const turn = readTurn(item, isLike ? names : { ...fields, ...fieldsOf(item) });
    if (typeof turn === 'string') return `${column}[${index}] ${turn}`;
    if (typeof turn.content === 'string') turns.push(turn);
    else turns.push(...outOfParts(turn));
  }
  return turns;
}
