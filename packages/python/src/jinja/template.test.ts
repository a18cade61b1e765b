import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MissingVariable } from './missing-variable.js';
import { parseTemplate } from './template.js';
import { TemplateSyntaxError } from './template-error.js';

interface Cases {
  readonly data: Readonly<Record<string, unknown>>;
  readonly cases: readonly (readonly [
    template: string,
    result: string | { readonly undefined?: true; readonly error?: string; readonly syntax?: true },
  ])[];
}
const casesOf = (file: string): Cases => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as Cases;
const sets = ['python-cases.json', 'python-more-cases.json', 'python-strict-cases.json'].map(casesOf);
const cases = sets.flatMap((set) => set.cases.map(([template, result]) => [template, result, set.data] as const));

describe('parseTemplate', () => {
  // Results by Jinja2 3.1 with StrictUndefined and its default settings.
  it.each(cases)('renders %j as Python does', (template, result, data) => {
    const render = (): string => parseTemplate(template).render(data);
    if (typeof result === 'string') expect(render()).toBe(result);
    else expect(render).toThrow(result.undefined ? MissingVariable : result.syntax ? TemplateSyntaxError : Error);
  });

  it('names the variables whose bare value is written out', () => {
    const { printed } = parseTemplate(
      '{{ a }}{{ b | default("") }}{% for a in c %}{{ a }}{% endfor %}{% if d %}{{ d }}{% endif %}{{ e.f }}',
    ).names;
    expect(printed).toEqual(['a', 'd']);
  });

  it.each([
    ['{{ a }}{% for x in b %}{{ x }}{{ c[x] }}{{ loop.index }}{% endfor %}', ['a', 'b', 'c'], []],
    ['{% if a is defined %}{{ a }}{% endif %}{{ b | default(c) }}', ['c'], ['a', 'b']],
    ['{% set a = b %}{{ a }}{% set n = namespace(x=c) %}{{ n.x }}', ['b', 'c'], []],
    ['{% macro m(a, b=c) %}{{ a }}{{ b }}{{ d }}{% endmacro %}{{ m(e) }}', ['c', 'd', 'e'], []],
    ['{% macro m(a) %}{{ o(a) }}{% endmacro %}{% macro o(b) %}{{ b }}{{ c }}{% endmacro %}{{ m(d) }}', ['c', 'd'], []],
    ['{% for k, v in a.items() if v %}{{ k }}{% else %}{{ b }}{% endfor %}', ['a', 'b'], []],
    ['{{ a.b }}{{ "c" }}{{ {"d": e}["d"] }}{{ f[g] }}{{ h if i else j }}', ['a', 'e', 'f', 'g', 'h', 'i', 'j'], []],
    ['{% raw %}{{ a }}{% endraw %}{# {{ b }} #}', [], []],
  ])('finds the variables of %j', (template, required, optional) => {
    const { names } = parseTemplate(template);
    expect([...names.required].sort()).toEqual(required);
    expect([...names.optional].sort()).toEqual(optional);
  });

  it('names the variable that is missing, and asks only on the way that it takes', () => {
    const template = parseTemplate('{% if kind == "a" %}{{ a }}{% else %}{{ b }}{% endif %}');
    expect(template.render({ kind: 'a', a: 1 })).toBe('1');
    expect(() => template.render({ kind: 'b', a: 1 })).toThrow('variable "b" is not defined');
  });

  it('draws from what it is given, and once for all of a template', () => {
    const picks: unknown[][] = [];
    const draw = { pick: <T>(items: readonly T[]): T => (picks.push([...items]), items[picks.length - 1]!) };
    let made = 0;
    const render = (text: string): string => parseTemplate(text).render({}, () => (made++, draw));
    expect(render('{{ [1, 2] | random }}{{ "ab" | random }}')).toBe('1b');
    expect(made).toBe(1);
    expect(() => render('{{ [] | random }}')).toThrow(MissingVariable);
    expect(() => parseTemplate('{{ [1] | random }}').render({})).toThrow('there is nothing to draw from');
  });

  it.each([
    ['{{ a | uper }}', 'filter', 'uper', 7],
    ['{{ a is defind }}', 'test', 'defind', 8],
    ['{{ a | map("uper") | list }}', 'filter', 'uper', 12],
    ['{{ a | selectattr("b", "gretaerthan", 1) }}', 'test', 'gretaerthan', 24],
    ['{{ a.spilt(",") }}', 'method', 'spilt', 4],
    ['{% for x in a %}{{ loop.cicle(1, 2) }}{% endfor %}', 'method', 'cicle', 23],
    ['{{ rnage(3) }}', 'function', 'rnage', 3],
    ['{% fi a %}', 'statement', 'fi', 0],
  ])('says what is not known in %j, and where', (template, kind, word, offset) => {
    expect(() => parseTemplate(template)).toThrow(
      expect.objectContaining({ message: `there is no ${kind} "${word}"`, kind, word, offset, known: expect.any(Array) }),
    );
  });

  it.each([
    ['{{ a | urlize }}', 'there is no filter "urlize"', 'it makes HTML'],
    [
      '{% block x %}{% endblock %}',
      '"{% block %}" is not supported',
      'a prompt is one template, so leave the block out and keep what is in it',
    ],
  ])('refuses %j when it is parsed', (template, message, remedy) => {
    expect(() => parseTemplate(template)).toThrow(expect.objectContaining({ message, remedy }));
  });

  it('leaves the columns it is given as they are', () => {
    const columns = { list: [1], dict: { a: [1] } };
    const text = '{% set _ = list.append(2) %}{% set _ = dict.update(b=2) %}{% set _ = dict.a.append(3) %}{{ list }}{{ dict }}';
    expect(parseTemplate(text).render(columns)).toBe("[1, 2]{'a': [1, 3], 'b': 2}");
    expect(columns).toEqual({ list: [1], dict: { a: [1] } });
  });

  it('names all that there is not at once', () => {
    const parse = (): unknown => parseTemplate('{{ a | uper }}{{ b.spilt() }}{{ c is defind }}');
    expect(parse).toThrow(
      expect.objectContaining({
        word: 'uper',
        others: [expect.objectContaining({ word: 'defind' }), expect.objectContaining({ word: 'spilt' })],
      }),
    );
  });

  it.each([
    ['{{ a is divisibleby }}', 'the test "divisibleby" takes one argument'],
    ['{{ 1e }}', '"1e" is no number'],
    ['{{ a is }}', 'expected the name of a test after "is"'],
  ])('refuses %j, which is no Jinja', (template, message) => {
    expect(() => parseTemplate(template)).toThrow(message);
  });

  it.each([
    ['{{ 1 < "a" }}', 'int and str cannot be compared'],
    ['{{ 1 / 0 }}', 'division by zero'],
    ['{{ 3 | length }}', 'filter length: int has no items'],
    ['{{ "%s %s" | format(1) }}', 'filter format: not enough arguments for format string'],
    ['{{ "a" | upper(1) }}', 'filter upper: it takes 0 arguments, not 1'],
  ])('fails on %j as Python does', (template, message) => {
    const compiled = parseTemplate(template);
    expect(() => compiled.render({})).toThrow(message);
  });
});
