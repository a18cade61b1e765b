import { expect, it } from 'vitest';
import { patternFormat } from './pattern-format.js';
import { fromPython } from './python-pattern.js';

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

it.each([
  [String.raw`(?i)score\s*[:=]\s*([0-9]+(?:\.[0-9]+)?)`, ['2'], ['2']],
  [
    String.raw`(?im)^\s*\d+[.)]\s*Question:\s*(?P<question>.+?)\s*Answer:\s*(?P<answer>.+?)(?=^\s*\d+[.)]\s*Question:|\Z)`,
    ['Why?', 'So.'],
    ['Why?', 'So.'],
  ],
  [
    '(?x)\n\\#\\#\\#\\s*Q\\s*:\\s* # question\n(?P<q>.+?)\\s*\n\\#\\#\\#\\s*A[ ]?:\\s*(.+?)\\s*(?=\\#\\#\\#\\s*Q|\\Z)',
    ['Why?', 'So.'],
    ['Why?', 'So.'],
  ],
  [String.raw`(?is)explanation\s*:\s*(.*?)\s*verdict\s*:\s*\**(yes|no|partially)\**`, ['It is.', 'YES'], ['It is.', 'YES']],
  [String.raw`Verdict: (Yes|No)\b`, ['YES'], ['Yes']],
  [String.raw`Score: (\d\.\d)`, ['2'], ['2.0']],
  [String.raw`Answer: \(?([A-D])\)`, ['B) the sea'], ['B']],
  [String.raw`Q(?P<n>\d): (.*?)\nA(?P=n): ([^\]\n]+)`, ['1', 'Why?', 'It\nis.'], ['1', 'Why?', 'It is.']],
  [String.raw`(?i)category:\s*(math|writing|other)`, ['I cannot say.'], ['writing']],
  [
    String.raw`"question":\s*"((?:[^"\\]|\\.)*)"\s*,\s*"answer":\s*"((?:[^"\\]|\\.)*)"`,
    ['"Why"\nnow?', 'So.'],
    [String.raw`\"Why\"\nnow?`, 'So.'],
  ],
  [String.raw`said "([^"]*)"`, ['the "sea"'], ["the 'sea'"]],
  [String.raw`Due: (\d{4}-\d\d)`, ['I cannot say.'], ['1111-11']],
  [String.raw`\n{2}={3}(?#rule)(?i:Note) ([^\n]*)`, ['It is.'], ['It is.']],
])('writes what %s finds', (pattern, values, wanted) => {
  const text = patternFormat(
    values.map((_, i) => ({ name: `c${i}`, role: 'other' as const })),
    pattern,
    [],
  ).render([values]);
  expect([...text.matchAll(fromPython(pattern)!)].map((match) => match.slice(1).map((value) => value.trim()))).toEqual([wanted]);
});
