import { expect, it } from 'vitest';
import { fromPython, patternFormat } from './pattern-format.js';

it.each([
  [String.raw`\[(?:Question|QUESTION)\]\s*(.*?)\s*\[(?:Answer|ANSWER)\]\s*(.*?)\s*(?=\[(?:Question|QUESTION)\]|$)`, 2],
  [String.raw`### Question \d+:\s*(.*?)\s*(?=### Question|\Z)`, 1],
  [String.raw`Rating:\s*\[\[(\w+)\]\]`, 1],
  [String.raw`(?P<q>Q: .+?)\n(?P<a>A: .+?)(?:\n|$)`, 2],
  [String.raw`<q>(.*?)</q>\s*<a>(.*?)</a>`, 2],
  [String.raw`^\s*\*\*(.+?)\*\*:? *(.*?)\s*----`, 2],
])('writes records that %s reads back', (pattern, groups) => {
  const fields = Array.from({ length: groups }, (_, i) => ({ name: `c${i}`, role: 'other' as const }));
  const values = (name: string) => fields.map((_, i) => (pattern.includes('P<q>') ? `${'QA'[i]!}: ${name}${i}` : `${name}${i}`));
  const records = pattern.startsWith('^') ? [values('one')] : [values('one'), values('two')];
  const found = [...patternFormat(fields, pattern, []).render(records).matchAll(fromPython(pattern)!)];
  expect(found.map((match) => match.slice(1).map((value) => value.trim()))).toEqual(records);
});
