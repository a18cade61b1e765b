import type { Observer } from '@sdg/core';

/** Replies that are waited for before a word is said. */
const DOZEN = 12;

/** Reasons for which a reply came and could not be made anything of. */
const UNREAD: ReadonlySet<string> = new Set(
  'no-rating off-scale invalid-json no-match no-items no-end-tag reasoning-only cut-off'.split(' '),
);

const shown = (reply: string): string => JSON.stringify(reply.length > 160 ? `${reply.slice(0, 159)}…` : reply);

/**
 * Watches for blocks that can read nothing of what their teacher says: after a dozen replies without one that could be
 * read, `notice` is told the block, the reason and one reply. A run would else spend all its calls before that is seen.
 *
 * @example new Run({ teacher, observer: unreadableWatch(console.error) })
 */
export function unreadableWatch(notice: (text: string) => void): Observer {
  const unread = new Map<string, number>();
  const readable = new Set<string>();
  return {
    sampleSettled: ({ name }) => void readable.add(name),
    sampleDropped({ name }, _sample, { kind, reason, detail }) {
      if (readable.has(name)) return;
      if (kind !== 'rejected' || !UNREAD.has(reason)) {
        if (kind !== 'unfinished') readable.add(name);
        return;
      }
      const count = (unread.get(name) ?? 0) + 1;
      unread.set(name, count);
      if (count !== DOZEN) return;
      const why = detail?.message === undefined ? reason : `${reason}: ${detail.message}`;
      const one = detail?.reply === undefined ? '' : `; one of them: ${shown(detail.reply)}`;
      notice(`block ${name}: none of its first ${DOZEN} replies could be read (${why})${one}; mend its prompt, or name another model`);
    },
  };
}
