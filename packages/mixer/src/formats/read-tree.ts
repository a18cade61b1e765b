import { nearest } from '../treat/exact-numbers.js';
import { NotOfFormat, type Reading } from './reading.js';
import type { TreeFormat } from './row-format.js';
import { readTurn, type Turn } from './turn.js';

interface Node {
  readonly text?: unknown;
  readonly rank?: unknown;
  readonly deleted?: unknown;
  readonly replies?: unknown;
}

/** The best of several replies: of the lowest rank; without ranks the first. */
function best(replies: unknown): Node | undefined {
  if (!Array.isArray(replies)) return undefined;
  const rankOf = ({ rank: given }: Node): number => {
    const rank = nearest(given);
    return typeof rank === 'number' ? rank : Number.POSITIVE_INFINITY;
  };
  const nodes = (replies as unknown[]).filter(
    (reply): reply is Node => typeof reply === 'object' && reply !== null && (reply as Node).deleted !== true,
  );
  return nodes.reduce<Node | undefined>((found, node) => (found === undefined || rankOf(node) < rankOf(found) ? node : found), undefined);
}

/** The best path through a tree of messages, from its first message down. */
export function readTree(row: Readonly<Record<string, unknown>>, { tree_key: column }: TreeFormat): Reading | NotOfFormat {
  const root = row[column];
  if (typeof root !== 'object' || root === null || !('replies' in root)) {
    return new NotOfFormat(`column "${column}" is no tree: it has no "replies"`);
  }
  const messages: Turn[] = [];
  for (let node: Node | undefined = root; node; node = best(node.replies)) {
    const { role } = node as { role?: unknown };
    const turn = readTurn({ role, content: node.text }, {});
    if (typeof turn === 'string') return new NotOfFormat(`message ${messages.length + 1} of "${column}" ${turn}`);
    messages.push(turn);
  }
  return { messages, read: [column] };
}
