import type { LintFile } from './lint-file.js';

const disableFile = /^#\s*yamllint disable-file\s*$/;
const directive = /^# yamllint (disable|enable|disable-line)((?: rule:\S+)*)\s*$/;

/** Says whether a rule is silenced at a line (from 1). */
type Silence = (rule: string, line: number) => boolean;

const none: Silence = () => false;

/**
 * Reads `# yamllint disable`, `enable`, `disable-line` (with `rule:NAME`…) and, as the first line, `disable-file`.
 * A `disable-line` with a line to itself is about the next line.
 */
export function silencesOf(file: LintFile, ruleNames: readonly string[]): Silence {
  const first = file.lines[0];
  if (first && disableFile.test(file.text.slice(first.start, first.end))) return () => true;
  if (!file.text.includes('# yamllint ')) return none;

  const onLine = new Map<number, Set<string>>();
  /** What is disabled from the end of a line on, by that line, in order. */
  const changes: { line: number; disabled: ReadonlySet<string> }[] = [];
  let disabled = new Set<string>();
  for (const comment of file.comments()) {
    const match = directive.exec(comment.text);
    if (!match) continue;
    const named = (match[2] ?? '')
      .split(' ')
      .filter(Boolean)
      .map((part) => part.slice('rule:'.length));
    const rules = named.length === 0 ? ruleNames : named;
    if (match[1] === 'disable-line') {
      const line = comment.isInline ? comment.line : comment.line + 1;
      onLine.set(line, new Set([...(onLine.get(line) ?? []), ...rules]));
      continue;
    }
    disabled = new Set(match[1] === 'disable' ? [...disabled, ...rules] : [...disabled].filter((rule) => !rules.includes(rule)));
    changes.push({ line: comment.line, disabled });
  }
  /** What is disabled at a line: by the last change at it or above. */
  const disabledAt = (line: number): ReadonlySet<string> | undefined => {
    let [low, high] = [0, changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((changes[middle] as { line: number }).line <= line) low = middle + 1;
      else high = middle;
    }
    return changes[low - 1]?.disabled;
  };
  return (rule, line) => onLine.get(line)?.has(rule) === true || disabledAt(line)?.has(rule) === true;
}
