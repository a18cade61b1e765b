import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MissingVariable } from './strict-interpreter.js';
import { parseTemplate, UnknownName } from './template.js';

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

  it('prints null as nothing, where Python prints None', () => {
    expect(parseTemplate('[{{ a }}]').render({ a: null })).toBe('[]');
  });

  it.each([
    ['{{ a }}{% for x in b %}{{ x }}{{ c[x] }}{{ loop.index }}{% endfor %}', ['a', 'b', 'c'], []],
    ['{% if a is defined %}{{ a }}{% endif %}{{ b | default(c) }}', ['c'], ['a', 'b']],
    ['{% set a = b %}{{ a }}{% set n = namespace(x=c) %}{{ n.x }}', ['b', 'c'], []],
    ['{% macro m(a, b=c) %}{{ a }}{{ b }}{{ d }}{% endmacro %}{{ m(e) }}', ['c', 'd', 'e'], []],
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

  it('refuses unknown filters and tests when it is parsed', () => {
    expect(() => parseTemplate('{{ a | uper }}')).toThrow(UnknownName);
    expect(() => parseTemplate('{{ a is defind }}')).toThrow('there is no test "defind"');
  });
});
