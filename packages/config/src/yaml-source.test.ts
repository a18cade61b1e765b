import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemaFindings } from './schema-findings.js';
import { YamlSource } from './yaml-source.js';

const valueOf = (text: string): unknown => {
  const source = new YamlSource(text, 'x.yaml');
  expect(source.findings).toEqual([]);
  return source.value;
};
const faultOf = (text: string): string => {
  const [finding] = new YamlSource(text, 'x.yaml').findings;
  return finding ? `${finding.line}:${finding.column} ${finding.message}` : 'none';
};

describe('YamlSource values, as PyYAML has them', () => {
  it.each<[string, unknown]>([
    ['yes', true],
    ['Off', false],
    ['y', 'y'],
    ['~', null],
    ['', undefined],
    ['017', 15],
    ['08', '08'],
    ['0o17', '0o17'],
    ['0b101', 5],
    ['0xFF', 255],
    ['1_000', 1000],
    ['12:30', 750],
    ['-1:30', -90],
    ['1e3', '1e3'],
    ['1.0e+3', 1000],
    ['.5', 0.5],
    ['-.inf', -Infinity],
    ['12345678901234567890', 12345678901234567890n],
    ['!!str 12', '12'],
    ['!!int "3"', 3],
    ['! "3"', 3],
    ['!!binary aGk=', Buffer.from('hi')],
    ['!!set {a, b}', new Set(['a', 'b'])],
    ['!!omap [a: 1]', [['a', 1]]],
    ['{a: 1, a: 2}', { a: 2 }],
    // Not as PyYAML: a key is the word that was written, as in `off:` of TextGuardsBlock.
    ['{1: a, yes: b, off: [c], True: no}', { 1: 'a', yes: 'b', off: ['c'], True: false }],
    ['{2024-01-02: a, ~: b}', { '2024-01-02': 'a', null: 'b' }],
    ['{<<: {a: 1, b: 2}, a: 3}', { a: 3, b: 2 }],
    ['{<<: [{a: 1}, {a: 2}]}', { a: 1 }],
    ['[&x a, *x]', ['a', 'a']],
    ['"a\n  b\n\n  c"', 'a b\nc'],
    ['|\n a\n  b\n', 'a\n b\n'],
    ['>-\n a\n b\n\n c\n', 'a b\nc'],
    ['"\\x41\\u00e9\\n"', 'Aé\n'],
    ['a\nb', 'a b'],
    ['- a\n  -b', ['a -b']],
    ['{=: a}', { '=': 'a' }],
  ])('%j', (text, value) => expect(valueOf(text)).toEqual(value));

  it('reads dates as dates', () => {
    expect(valueOf('2024-01-02')).toEqual(new Date('2024-01-02T00:00:00Z'));
    expect(valueOf('2024-1-2 3:04:05.5 +1:30')).toEqual(new Date('2024-01-02T01:34:05.500Z'));
  });

  it('does not let a key change the prototype', () => {
    const value = valueOf('__proto__: {a: 1}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
  });
});

describe('YamlSource faults', () => {
  it.each([
    ['a: b: c', '1:5 a second ": " stands in this line'],
    ['a: [1, 2', '1:9 expected "," or "]", found the end of the file'],
    ['a:\n\tb: c', '2:1 a tab stands where only spaces may'],
    ['a: "b', '1:4 this quote is never closed'],
    ['a: @b', '1:4 text cannot begin with "@"'],
    ['a: 😀\nb: @', '2:4 text cannot begin with "@"'],
    ['"😀": @', '1:6 text cannot begin with "@"'],
    ['# x\n%beta\n', '2:1 no "---" follows this directive'],
    ['a: *b', '1:4 nothing is anchored as "&b"'],
    ['a: !b c', '1:4 the type !b is not one that may stand here'],
    ['a: 2024-02-30', '1:4 "2024-02-30" looks like a date and is none'],
    ['a\n---\nb', '2:1 a second document begins here'],
    ['a: b\rc: @', '2:4 text cannot begin with "@"'],
    ['a: b\nc:d', '2:1 no ": " follows this text'],
    ['- a\n-b', '2:1 no ": " follows this text'],
    ['a: \u0007', '1:4 the character U+0007 is not allowed in YAML'],
    ['&a [*a]', '1:1 this value contains itself'],
  ])('%j: %s', (text, fault) => expect(faultOf(text)).toBe(fault));

  it('stops bombs early', () => {
    const laughs =
      'a: &a [x]\n' + Array.from('bcdefghi', (name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]\n`).join('');
    expect(faultOf(laughs)).toContain('comes to more than 200000 values');
    expect(faultOf('['.repeat(100_000))).toContain('nested more than 480 deep');
    expect(faultOf('- '.repeat(100_000))).toContain('nested more than 480 deep');
    expect(
      faultOf(
        'a: &a {x: 1}\n' +
          Array.from({ length: 40 }, (_, i) => `b${i}: &b${i} {<<: [*${i ? `b${i - 1}` : 'a'}, *${i ? `b${i - 1}` : 'a'}]}\n`).join(''),
      ),
    ).toContain('more than 200000');
  });
});

describe('YamlSource.beforeFault', () => {
  const schema = {
    type: 'object',
    required: ['name', 'list'],
    properties: {
      name: { type: 'string' },
      list: {
        type: 'array',
        minItems: 3,
        items: { type: 'object', required: ['a', 'b'], properties: { a: {}, b: {} }, additionalProperties: false },
      },
    },
    additionalProperties: false,
  };
  const validate = new Ajv({ allErrors: true, verbose: true }).compile(schema);
  const faults = (text: string): readonly string[] => {
    const part = new YamlSource(text, 'x.yaml').beforeFault();
    if (!part) return ['nothing'];
    if (validate(part.source.value)) return [];
    return schemaFindings(validate.errors ?? [], part.source, part.source.value)
      .filter(part.isSettled)
      .map(({ line, column, message }) => `${line}:${column} ${message}`);
  };

  it.each<[string, string, string[]]>([
    ['a misspelt field stands before', 'nam: x\nlist: "y\n', ['1:1 field "nam" is not known']],
    ['what is open may still be filled', 'list:\n  - a: 1\n    b: "x\n', []],
    ['what is closed may not', 'list:\n  - a: 1\n  - a: 2\n    b: "x\n', ['2:5 field "b" is missing']],
    ['the fault shows at the end of the file', 'nam: 1\nname: [a\nlist: []\nc: d\n', ['1:1 field "nam" is not known']],
    ['a wrong value before', 'name: 3\nlist: @\n', ['1:7 expected string, found 3']],
    ['a value that may go on', 'name:\n@\n', []],
    ['a second document', 'nam: 3\nlist: []\n---\nb', ['1:1 field "nam" is not known']],
    ['what stands before begins with empty lines', '\n# c\n\nnam: y\nzz: [a, b\n', ['4:1 field "nam" is not known']],
    ['nothing stands before', '"a\n', ['nothing']],
    ['only a comment stands before', '# c\n@\n', ['nothing']],
    ['no fault', 'a: b\n', ['nothing']],
  ])('%s', (_what, text, findings) => expect(faults(text)).toEqual(findings));

  it('finds what a whole file would show, whatever is broken behind it', () => {
    const tails = fc.constantFrom('"open', "'open", '[a, b', '{a: b', '@', 'a: b: c', '\tx: y', '*gone', '&a &b c', '!!int x', '- a\nb');
    const lines = fc.array(fc.constantFrom('name: x', 'nam: y', 'list: []', '# c', ''), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(lines, tails, (above, tail) => {
        const unknown = [...above.entries()].filter(([, line]) => line === 'nam: y').map(([i]) => i + 1);
        const found = faults(`${above.join('\n')}\nzz: ${tail}\n`).filter((one) => one.includes('"nam"'));
        // Of a key given twice the last one counts.
        expect(found).toEqual(unknown.length > 0 ? [`${unknown.at(-1)}:1 field "nam" is not known`] : []);
      }),
    );
  });
});

describe('YamlSource places', () => {
  const source = new YamlSource('# c\nname: x\nlist:\n  - key: 1.0\n    é😀: y\n  - z\nmerged: {<<: &m {deep: v}, own: w}\n', 'x.yaml');
  it.each<[(string | number)[], string]>([
    [[], '2:1'],
    [['name'], '2:7'],
    [['list'], '4:3'],
    [['list', 0], '4:5'],
    [['list', 0, 'key'], '4:10'],
    [['list', 0, 'é😀'], '5:9'],
    [['list', 1], '6:5'],
    [['list', 7], '4:3'],
    [['merged', 'deep'], '7:24'],
    [['merged', 'own'], '7:33'],
    [['nothing', 'here'], '2:1'],
  ])('placeOf %j is %s', (path, place) => {
    const { line, column } = source.placeOf(path);
    expect(`${line}:${column}`).toBe(place);
  });

  it('knows where keys stand, and what was written', () => {
    expect(source.placeOfKey(['list', 0, 'é😀'])).toEqual({ file: 'x.yaml', line: 5, column: 5 });
    expect(source.placeOfKey(['list', 1])).toEqual({ file: 'x.yaml', line: 6, column: 5 });
    expect(source.sourceOf(['list', 0, 'key'])).toBe('1.0');
    expect(source.sourceOf(['list', 0])).toBeUndefined();
    expect(source.sourceOf(['none'])).toBeUndefined();
  });
});

it('takes any text: a value or a fault with a place, and nothing thrown', () => {
  const pieces = fc.constantFrom(
    'a',
    'b: ',
    '- ',
    '\n',
    '\n  ',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    ': ',
    '#',
    '&a ',
    '*a',
    '!',
    '!!str ',
    '|\n',
    '>-\n',
    '? ',
    '---\n',
    '...\n',
    '%',
    '<<: ',
    '=',
    '\t',
    '0x',
    '12',
    '2024-01-01',
    '\u0085',
    '\ufeff',
    '😀',
    '\\',
  );
  const text = fc.oneof(
    fc.string({ maxLength: 60, unit: 'binary' }),
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (given) => {
      const source = new YamlSource(given, 'x.yaml');
      const lines = given.split(/\r\n?|\n/).length;
      for (const { line = 0, column = 0, message } of source.findings) {
        expect(line >= 1 && line <= lines && column >= 1 && message.length > 0).toBe(true);
      }
      if (source.findings.length > 0) expect(source.value).toBeUndefined();
    }),
    { numRuns: 300 },
  );
}, 30_000);
