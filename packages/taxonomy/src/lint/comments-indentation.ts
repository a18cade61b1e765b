import type { LintRule } from './lint-rule.js';

/** A comment with lines to itself is indented like what stands below it, or above. */
export const commentsIndentation: LintRule = {
  name: 'comments-indentation',
  options: {},
  *check(file) {
    const columnOf = (offset: number): number => offset - (file.text.lastIndexOf('\n', offset - 1) + 1);
    const indentOf = (offset: number): number => {
      const start = file.text.lastIndexOf('\n', offset - 1) + 1;
      return (/^ */.exec(file.text.slice(start, offset + 1))?.[0] ?? '').length;
    };
    for (const { offset, line, before, after, follows } of file.comments()) {
      if (before.type !== 'stream-start' && before.endLine + 1 === line) continue;
      const below = after.type === 'stream-end' ? 0 : after.column;
      let above = Math.max(before.type === 'stream-start' ? 0 : indentOf(before.start), below);
      if (follows && !follows.isInline) above = columnOf(follows.offset);
      const column = columnOf(offset);
      if (column !== above && column !== below) {
        yield { offset, seenAt: line, message: 'comment not indented like content', remedy: `begin it at column ${below + 1}` };
      }
    }
  },
};
