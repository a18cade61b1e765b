import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Machine, PatternTooSlow } from './machine.js';
import { parseRegex } from './parse.js';
import { compilePattern } from './pattern.js';
import { compileProgram } from './program.js';
import { RegexSyntaxError } from './syntax.js';

const cases = JSON.parse(readFileSync(new URL('python-cases.json', import.meta.url), 'utf8')) as [string, string, string[][]][];
const findAll = (pattern: string, text: string) => compilePattern(pattern).findAll(text);

describe('compilePattern', () => {
  // Patterns and texts made at random, results by CPython 3.11 `re.findall(pattern, text, re.DOTALL)`.
  it.each(cases)('finds with %j in %j what Python finds', (pattern, text, found) => {
    expect(findAll(pattern, text)).toEqual(found);
  });

  it.each([
    ...cases,
    // Both ways into a loop's body, by its first round and by another, come to the same place: only one may go round again.
    ['(?:(?:a?){0,2}b?)*c', 'aabab', []],
    ['(?:(?:|a)(?:|b))*?abc', 'ababc', []],
    ['((a|)*(b|)*)*c', 'abbac', []],
  ] as [string, string, unknown][])('finds with %j in %j the same where it remembers failures from the first step on', (pattern, text) => {
    const { root, groups } = parseRegex(pattern);
    const program = compileProgram(root);
    const codes = Array.from(text, (char) => char.codePointAt(0)!);
    const [usual, careful] = [new Machine(codes, groups, Infinity), new Machine(codes, groups, 0)];
    for (let start = 0; start <= codes.length; start++) {
      for (const machine of [usual, careful]) machine.slots.fill(-1);
      expect([careful.match(program, start), ...careful.slots]).toEqual([usual.match(program, start), ...usual.slots]);
    }
  });

  it.each([
    [
      '\\[QUESTION\\]\\s*(.*?)\\s*\\[ANSWER\\]\\s*(.*?)\\s*(?=\\[QUESTION\\]|$)',
      '[QUESTION] a\nb [ANSWER] c\n[QUESTION]d[ANSWER]e\n',
      [
        ['a\nb', 'c'],
        ['d', 'e'],
      ],
    ],
    [
      '(?P<q>\\w+)=(?P<v>\\d+)',
      'é=١٢ b=3',
      [
        ['é', '١٢'],
        ['b', '3'],
      ],
    ],
    ['(?i)straße', 'STRAßE', [['STRAßE']]],
    ['a\\Z', 'a\na', [['a']]],
    ['a$', 'a\n', [['a']]],
    ['(?x) a  # one\n b', 'ab', [['ab']]],
    ['(?#all)(?i)(?s)a.', 'A\n', [['A\n']]],
    ['\\bfoo\\b', 'foo fooé foo', [['foo'], ['foo']]],
    ['(.)\\1', 'aabb', [['a'], ['b']]],
    ['x*', 'axb', [[''], ['x'], [''], ['']]],
    ['😀.', '😀é', [['😀é']]],
    ['(?i)[a-z]+', 'İſK', [['İſK']]],
    ['(?i)k[å]σ', 'KÅς', [['KÅς']]],
    ['(?i)ϴ', 'θϑ', [['θ'], ['ϑ']]],
    ['(?ia)[a-z]+', 'Aſ', [['A']]],
    ['(?i)[^ß]', 'ẞs', [['s']]],
  ] as [string, string, string[][]][])('reads %j on %j as Python', (pattern, text, found) => {
    expect(findAll(pattern, text)).toEqual(found);
  });

  it('takes linear time where backtracking would take for ever', () => {
    const text = 'a'.repeat(5000);
    expect(findAll('(a+)+b', text)).toEqual([]);
    expect(findAll('(a|a)*c', text)).toEqual([]);
    expect(findAll('(?=(a+)+b)', text.slice(0, 500))).toEqual([]);
  });

  it('gives up after a number of steps on a pattern that looks back at groups', () => {
    expect(() => findAll('((a*)*)*\\1b', 'a'.repeat(60))).toThrow(PatternTooSlow);
  });

  it.each([
    ['a(b', 1, 'unterminated subpattern'],
    ['a)b', 1, 'unbalanced parenthesis'],
    ['[a', 0, 'unterminated character set'],
    ['[b-a]', 0, 'bad character range'],
    ['*a', 0, 'nothing to repeat'],
    ['a**', 2, 'multiple repeat'],
    ['a{3,2}', 1, 'min repeat greater'],
    ['(?<name>a)', 0, '(?P<name>…)'],
    ['(?P<1>a)', 0, 'bad character in group name'],
    ['(?P<a>a)(?P<a>b)', 8, 'redefinition'],
    ['(?P=b)', 0, 'unknown group name'],
    ['(a)\\2', 3, 'invalid group reference 2'],
    ['(?<=a+)b', 0, 'fixed-width'],
    ['a\\q', 1, 'bad escape \\q'],
    ['a\\z', 1, '\\Z'],
    ['\\x1', 0, 'incomplete escape'],
    ['(?k)a', 0, 'unknown flag k'],
    ['(?L)a', 0, 'bytes'],
    ['a(?i)', 1, 'for a part write (?i:…)'],
    ['((?i)a)', 1, 'flags for all of it stand at its start'],
    ['a|(?s).', 2, 'flags for all of it stand at its start'],
    ['a\\', 1, 'end of pattern'],
    ['(a{1000}){1000}', 0, 'too large'],
  ])('refuses %j at %i: %s', (pattern, index, message) => {
    let error: unknown;
    try {
      compilePattern(pattern);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(RegexSyntaxError);
    expect(error).toMatchObject({ index, message: expect.stringContaining(message) as string });
  });
});
