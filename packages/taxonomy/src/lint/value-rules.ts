import type { Token } from '@sdg/config';
import { booleanOption, problem, type LintRule } from './lint-rule.js';

/** Scalars without quotes and without a tag, each with the token before it. */
function* plainScalars(tokens: readonly Token[]): Generator<readonly [scalar: Token, before: Token | undefined]> {
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    if (token.type === 'scalar' && token.style === 'plain' && before?.type !== 'tag') yield [token, before];
  }
}

const emptyValues: LintRule = {
  name: 'empty-values',
  options: {
    'forbid-in-block-mappings': booleanOption(true),
    'forbid-in-flow-mappings': booleanOption(true),
    'forbid-in-block-sequences': booleanOption(true),
  },
  *check({ tokens }, options) {
    for (const [i, token] of tokens.entries()) {
      const { type } = token;
      const next = tokens[i + 1]?.type;
      let where: string | undefined;
      if (type === 'value' && (next === 'key' || next === 'block-end')) where = 'block mapping';
      if (type === 'value' && (next === 'flow-entry' || next === 'flow-mapping-end')) where = 'flow mapping';
      if (type === 'block-entry' && (next === 'key' || next === 'block-end' || next === 'block-entry')) where = 'block sequence';
      if (where && options[`forbid-in-${where.replace(' ', '-')}s`]) {
        yield problem(token, `empty value in ${where}`, 'write a value', token.end);
      }
    }
  },
};

/** Ways to write numbers with a fraction: option, what it forbids, and what that looks like. */
const FLOATS: readonly (readonly [option: string, what: string, pattern: RegExp])[] = [
  ['forbid-nan', 'not a number value', /^\.(?:nan|NaN|NAN)$/],
  ['forbid-inf', 'infinite value', /^[-+]?\.(?:inf|Inf|INF)$/],
  ['forbid-scientific-notation', 'scientific notation', /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/],
  ['require-numeral-before-decimal', 'decimal missing 0 prefix', /^[-+]?\.[0-9]+(?:[eE][-+]?[0-9]+)?$/],
];

const floatValues: LintRule = {
  name: 'float-values',
  options: Object.fromEntries(FLOATS.map(([option]) => [option, booleanOption(false)])),
  *check({ tokens }, options) {
    for (const [token] of plainScalars(tokens)) {
      for (const [option, what, pattern] of FLOATS) {
        if (!options[option] || !pattern.test(token.value)) continue;
        yield problem(token, `forbidden ${what} "${token.value}"`, 'write it in another way, or in quotes');
      }
    }
  },
};

/** Numbers that begin with a zero: octal in YAML 1.1, whatever was meant. */
const octalValues: LintRule = {
  name: 'octal-values',
  options: { 'forbid-implicit-octal': booleanOption(true), 'forbid-explicit-octal': booleanOption(true) },
  *check({ tokens }, options) {
    for (const [token] of plainScalars(tokens)) {
      const { value, end } = token;
      const kind = /^0[0-7]+$/.test(value) ? 'implicit' : /^0o[0-7]+$/.test(value) ? 'explicit' : undefined;
      if (!kind || !options[`forbid-${kind}-octal`]) continue;
      yield problem(token, `forbidden ${kind} octal value "${value}"`, 'put it in quotes', end);
    }
  },
};

const words = (text: string): string[] => text.split(' ');
const everywhere = words('true True TRUE false False FALSE');
const inYaml11 = [...everywhere, ...words('yes Yes YES no No NO on On ON off Off OFF')];

/** Words that YAML reads as true or false are written `true` and `false`. */
const truthy: LintRule = {
  name: 'truthy',
  options: { 'allowed-values': { type: { listOf: 'text' }, default: ['true', 'false'] }, 'check-keys': booleanOption(true) },
  *check({ tokens }, options) {
    const allowed = options['allowed-values'] as readonly string[];
    const versions = tokens.filter(({ type, value }) => type === 'directive' && value === 'YAML');
    for (const [token, before] of plainScalars(tokens)) {
      if (before?.type === 'key' && !options['check-keys']) continue;
      const version = versions.findLast(({ start }) => start < token.start)?.parameter;
      const suspects = version === '1.2' ? everywhere : inYaml11;
      if (!suspects.includes(token.value) || allowed.includes(token.value)) continue;
      yield problem(token, `truthy value should be one of [${allowed.toSorted().join(', ')}]`, 'put it in quotes if it is text');
    }
  },
};

/** What values are written like. */
export const valueRules: readonly LintRule[] = [emptyValues, floatValues, octalValues, truthy];
