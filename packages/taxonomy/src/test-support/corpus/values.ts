import { answer, edit, KNOWLEDGE, knowledge, SKILL, type CorpusCase } from './corpus-case.js';

/** Written as an answer: what YAML 1.1 reads as text. */
const texts = [
  'y', 'n', 'Y', 'N', 'yEs', 'tRUE', 'oN', 'nuLL', 'none', 'nil', '08', '09', '0o17', '0O17', '1e3', '1.0e3', '1e+3', '0b2', '0xG',
  '0b', '0x', '1,000', '1.2.3', '12:60', '01:30', '09:30', '--', '-a', '?a', ':a', 'a:b', 'a::b', 'a#b', 'inf', 'nan', '.Inf.',
  '2024-1-1', '2024-01', '01-02-2024', '2024-01-01x', '10:30 am', '123e4567', '12a', '_1', '1st', '$5', '5%', '50 %', '+', '+a', '~a', 'a~',
  '<<a', '==', '=a', '"yes"', "'12'", '"2024-01-01"', '!!str 12', '!!str yes', '!!str 2024-01-01', "it's", 'say "hi"', 'a, b', 'a [b] {c}',
  '(a)', '/a', '\\n', 'a & b', 'a * b', 'a | b', 'a > b', 'a!', 'a@b', 'a`b', 'a%', '"\\x41"', '"\\u00e9"', '"\\U0001F600"', '"\\/"', '"a\\\n      b"',
  'ünïcödé', '中文', '😀', '"a\n\n      b"', "'a\n      b'", 'a\n      b', '|\n      a\n      b', '>-\n      a\n\n      b', '|2\n        a', '"a\nb"',
];

/** Written as an answer: what YAML 1.1 reads as something else than text. */
const others = [
  'yes', 'Yes', 'YES', 'no', 'No', 'NO', 'on', 'On', 'ON', 'off', 'Off', 'OFF', 'true', 'True', 'TRUE', 'false', 'False', 'FALSE',
  'null', 'Null', 'NULL', '~', '0', '12', '+12', '-12', '017', '00', '0b101', '-0b1', '0xFF', '0x_f', '1_000', '1__0', '12:30', '1:2:3', '190:20:30',
  '1.', '1.5', '.5', '-1.5', '1.0e+3', '1.5E-3', '12:30.5', '.inf', '-.inf', '+.INF', '.nan', '.NaN', '123456789012345678901234567890',
  '2024-01-01', '2024-1-1 1:02:03', '2024-01-01T10:00:00Z', '2024-01-01 10:00:00.5 +02:00', '!!int "3"', '!!float 3', '! 12', '[a]', '{a: b}', '!!set {a}', '!!binary YQ==',
];

/** Written as an answer: what does not load. */
const broken = [
  '-', '=', '<<', 'a: b', 'a :b: c', '@a', '`a`', '%a', '*a', '&', '!a b', '!!python/none x', '!!python/object:os.system x', '!e!a b', '"a', "'a", "'it's'",
  '"a" b', '"\\q"', '"\\x4"', '"\\U00110000"', '[a', '[a]]', '{a: b', '{a', '}', ']', ', a', '\ta', 'a\tb', '- a', '? a', '| a', '|0\n      a', '>x\n      a',
  '2024-13-01', '2024-02-30', '0000-01-01', '2024-01-01T24:00:00', '0b_', '0x_', '!!int a', '!!bool a', '!!float a', '!!timestamp a', '!!binary a', '!!str [a]', '!!seq a', '!!map a',
  '{[a]: b}', '"a\n---\nb"', 'a\u0007b', 'a\u007fb', 'a\ufffeb',
];

/** Written as a commit, without quotes. */
const commits: readonly (readonly [written: string, accepted: boolean])[] = [
  ['abc1234', true], ['123e4567', true], ['1234567a', true], ['0123abc', true], ['0b1c2d3', true], ['main', true], ['v1.0', true], ["'1234567'", true], ['12e45', true], ['08123', true],
  ['1234567', false], ['0123456', false], ['0b11', false], ['0xabcdef', false], ['1.0', false], ['12.5', false], ['1_2', false],
];

const named = (written: string): string => JSON.stringify(written);

/** Values: what the same characters are in YAML 1.1. */
export const values: readonly CorpusCase[] = [
  ...texts.map((written) => ({ name: `answer ${named(written)} is text`, file: SKILL, text: answer(written), verdict: 'accept' as const })),
  ...others.map((written) => ({ name: `answer ${named(written)} is no text`, file: SKILL, text: answer(written), verdict: 'reject' as const, rule: 'schema/type' })),
  ...broken.map((written) => ({ name: `answer ${named(written)} does not load`, file: SKILL, text: answer(written), verdict: 'reject' as const, rule: 'yaml/syntax' })),
  ...commits.map(([written, accepted]) => ({
    name: `commit ${written}`, file: KNOWLEDGE, text: edit(knowledge(), 'abc1234', written),
    ...(accepted ? ({ verdict: 'accept' } as const) : ({ verdict: 'reject', rule: 'schema/type' } as const)),
  })),
];
