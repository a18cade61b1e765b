import { readFileSync } from 'node:fs';
import { Random } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { MissingVariable } from './missing-variable.js';
import { parseTemplate } from './template.js';

interface Cases {
  readonly data: Readonly<Record<string, unknown>>;
  readonly cases: readonly (readonly [template: string, result: string | { readonly undefined: true }])[];
}
const { data, cases } = JSON.parse(readFileSync(new URL('python-cases.json', import.meta.url), 'utf8')) as Cases;

describe('parseTemplate', () => {
  // Results by Jinja2 3.1 with StrictUndefined and its default settings.
  it.each(cases)('renders %j as Python does', (template, result) => {
    const render = (): string => parseTemplate(template).render(data);
    if (typeof result === 'string') expect(render()).toBe(result);
    else expect(render).toThrow(MissingVariable);
  });

  // By Jinja2 3.1: None is a value like others, and only what is not defined has a default.
  it.each([
    ['{{ a }}', 'None'],
    ['{{ none }}', 'None'],
    ['{{ a ~ "b" }}', 'Noneb'],
    ['{{ a|default("d") }}', 'None'],
    ['{{ a|default("d", true) }}', 'd'],
    ['{{ a or "d" }}', 'd'],
    ['{{ [a, 1]|join("-") }}', 'None-1'],
    ['{{ a|upper }}', 'NONE'],
    ['{{ a|string|length }}', '4'],
    ['{{ o.k }}{{ o.get("x") }}', 'NoneNone'],
    ['{% if a %}y{% else %}n{% endif %}', 'n'],
    ['{{ a if a is not none else "" }}', ''],
    ['{% set l = [] %}{{ l.append(1) }}', 'None'],
  ])('renders %j over null as %j', (template, text) => {
    expect(parseTemplate(template).render({ a: null, o: { k: null } })).toBe(text);
  });

  it('names the variables whose bare value is written out', () => {
    const { printed } = parseTemplate('{{ a }}{{ b | default("") }}{% for a in c %}{{ a }}{% endfor %}{% if d %}{{ d }}{% endif %}{{ e.f }}').names;
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

  it('draws the same item in every run, another for another sample', () => {
    const template = parseTemplate('{{ [1, 2, 3, 4, 5, 6, 7, 8] | random }}{{ [1, 2, 3, 4, 5, 6, 7, 8] | random }}{{ a }}');
    const draw = (a: number, key?: string): string => template.render({ a }, key === undefined ? undefined : () => new Random(key)).slice(0, 2);
    expect(draw(1)).toBe(draw(1));
    expect(draw(1, 'x')).toBe(draw(2, 'x'));
    expect(new Set(Array.from({ length: 40 }, (_, i) => draw(i))).size).toBeGreaterThan(20);
    expect(new Set(Array.from({ length: 40 }, (_, i) => draw(1, `${i}`))).size).toBeGreaterThan(20);
    expect(() => parseTemplate('{{ [] | random }}').render({})).toThrow(MissingVariable);
  });

  it.each([
    ['{{ a | uper }}', 'there is no filter "uper"', 'did you mean "upper"?'],
    ['{{ a is defind }}', 'there is no test "defind"', 'did you mean "defined"?'],
    ['{{ a | map("uper") | list }}', 'there is no filter "uper"', 'did you mean "upper"?'],
    ['{{ a | selectattr("b", "gretaerthan", 1) }}', 'there is no test "gretaerthan"', 'did you mean "greaterthan"?'],
    ['{{ a.spilt(",") }}', 'there is no method "spilt"', 'did you mean "split"?'],
    ['{% for x in a %}{{ loop.cicle(1, 2) }}{% endfor %}', 'there is no method "cicle"', 'did you mean "cycle"?'],
    ['{{ rnage(3) }}', 'there is no function "rnage"', 'did you mean "range"?'],
    ['{{ a | filesizeformat }}', 'there is no filter "filesizeformat"', 'write the size as it is'],
    ['{% block x %}{% endblock %}', '"{% block %}" is not supported', 'a prompt is one template, so leave the block out and keep what is in it'],
    ['{% for x in a recursive %}{% endfor %}', 'a recursive "for" is not supported', 'write a macro that calls itself'],
  ])('refuses %j when it is parsed', (template, message, remedy) => {
    const parse = (): unknown => parseTemplate(template);
    expect(parse).toThrow(expect.objectContaining({ message, remedy }));
  });

  it('names all that there is not at once', () => {
    const parse = (): unknown => parseTemplate('{{ a | uper }}{{ b.spilt() }}{{ c is defind }}');
    expect(parse).toThrow(expect.objectContaining({ word: 'uper', others: [expect.objectContaining({ word: 'defind' }), expect.objectContaining({ word: 'spilt' })] }));
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
