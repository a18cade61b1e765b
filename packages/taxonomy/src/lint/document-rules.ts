import type { Token } from '@sdg/config';
import { booleanOption, integerOption, problem, type LintProblem, type LintRule } from './lint-rule.js';

const BOUNDARIES = new Set<Token['type']>(['stream-start', 'document-start', 'document-end']);
/** Tokens behind which a document has ended. */
const ENDS = new Set<Token['type'] | undefined>(['stream-end', 'document-start', 'document-end']);

function* unused(declared: ReadonlyMap<string, Token>, used: ReadonlySet<string>, seenAt: number): Generator<LintProblem> {
  for (const [name, anchor] of declared) {
    if (!used.has(name)) yield { offset: anchor.start, seenAt, message: `found unused anchor "${name}"`, remedy: 'remove it' };
  }
}

/** Aliases name an anchor of the same document that stands before them. */
const anchors: LintRule = {
  name: 'anchors',
  options: {
    'forbid-undeclared-aliases': booleanOption(true),
    'forbid-duplicated-anchors': booleanOption(false),
    'forbid-unused-anchors': booleanOption(false),
  },
  *check({ tokens }, options) {
    let declared = new Map<string, Token>();
    let used = new Set<string>();
    for (const [i, token] of tokens.entries()) {
      const { type, value } = token;
      if (BOUNDARIES.has(type)) [declared, used] = [new Map(), new Set()];
      const isDeclared = declared.has(value);
      if (type === 'alias' && isDeclared) used.add(value);
      if (type === 'alias' && !isDeclared && options['forbid-undeclared-aliases']) {
        yield problem(token, `found undeclared alias "${value}"`, `anchor a value above as "&${value}"`);
      }
      if (type === 'anchor' && isDeclared && options['forbid-duplicated-anchors']) {
        yield problem(token, `found duplicated anchor "${value}"`, 'give each anchor its own name');
      }
      if (options['forbid-unused-anchors'] && ENDS.has(tokens[i + 1]?.type)) yield* unused(declared, used, token.line + 1);
      if (type === 'anchor') {
        declared.set(value, token);
        used.delete(value);
      }
    }
  },
};

/** Spaces before a comment, and after its `#`. */
const comments: LintRule = {
  name: 'comments',
  options: {
    'require-starting-space': booleanOption(true),
    'ignore-shebangs': booleanOption(true),
    'min-spaces-from-content': integerOption(2),
  },
  *check(file, options) {
    const least = options['min-spaces-from-content'] as number;
    for (const { offset, text, line: seenAt, isInline, before } of file.comments()) {
      if (least !== -1 && isInline && offset - before.end < least) {
        yield { offset, seenAt, message: `too few spaces before comment: expected ${least}`, remedy: `leave at least ${least}` };
      }
      const signs = /^#+/.exec(text)?.[0].length ?? 0;
      const first = text[signs];
      const isShebang = options['ignore-shebangs'] && offset === 0 && first === '!';
      if (options['require-starting-space'] && first !== undefined && first !== ' ' && !isShebang) {
        yield { offset: offset + signs, seenAt, message: 'missing starting space in comment', remedy: 'write a space after #' };
      }
    }
  },
};

/** A comment with lines to itself is indented like what stands below it, or above. */
const commentsIndentation: LintRule = {
  name: 'comments-indentation',
  options: {},
  *check(file) {
    const lineStart = (offset: number): number => file.text.lastIndexOf('\n', offset - 1) + 1;
    const indentOf = (offset: number): number => (/^ */.exec(file.text.slice(lineStart(offset), offset + 1))?.[0] ?? '').length;
    for (const { offset, line: seenAt, before, after, follows } of file.comments()) {
      const isFirst = before.type === 'stream-start';
      if (!isFirst && before.endLine + 1 === seenAt) continue;
      const below = after.type === 'stream-end' ? 0 : after.column;
      let above = Math.max(isFirst ? 0 : indentOf(before.start), below);
      if (follows && !follows.isInline) above = follows.offset - lineStart(follows.offset);
      const column = offset - lineStart(offset);
      if (column === above || column === below) continue;
      yield { offset, seenAt, message: 'comment not indented like content', remedy: `begin it at column ${below + 1}` };
    }
  },
};

/** Whether documents end with `...`. */
const documentEnd: LintRule = {
  name: 'document-end',
  options: { present: booleanOption(true) },
  *check({ tokens, text }, options) {
    for (const [i, token] of tokens.entries()) {
      const { type, start, column } = token;
      if (!options['present']) {
        if (type === 'document-end') yield problem(token, 'found forbidden document end "..."', 'remove it');
        continue;
      }
      const before = tokens[i - 1]?.type;
      if (before === 'document-end' || before === 'stream-start') continue;
      const lineStart = start - column;
      const missing = problem(token, 'missing document end "..."', 'write ... in a line of its own', lineStart);
      if (type === 'stream-end') yield { ...missing, offset: lineStart > 0 ? text.lastIndexOf('\n', lineStart - 2) + 1 : 0 };
      else if (type === 'document-start' && before !== 'directive') yield missing;
    }
  },
};

/** Whether documents begin with `---`. */
const documentStart: LintRule = {
  name: 'document-start',
  options: { present: booleanOption(true) },
  *check({ tokens, text }, options) {
    for (const [i, token] of tokens.entries()) {
      const { type, start } = token;
      const before = tokens[i - 1]?.type;
      if (!options['present']) {
        if (type === 'document-start') yield problem(token, 'found forbidden document start "---"', 'remove it');
      } else if (before === 'stream-start' || before === 'document-end' || before === 'directive') {
        if (type === 'document-start' || type === 'directive' || type === 'stream-end') continue;
        yield problem(token, 'missing document start "---"', 'write --- in a line above', text.lastIndexOf('\n', start - 1) + 1);
      }
    }
  },
};

/** What holds for whole documents, and what stands beside their values. */
export const documentRules: readonly LintRule[] = [anchors, comments, commentsIndentation, documentEnd, documentStart];
