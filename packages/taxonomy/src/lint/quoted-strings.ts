import { isTextTag, scanYaml, type Token } from '@sdg/config';
import { booleanOption, matcherOf, problem, type LintOptions, type LintRule } from './lint-rule.js';

/** Tokens after which a scalar is a value or a key, rather than part of something odd. */
const before = new Set<Token['type'] | undefined>(['block-entry', 'flow-entry', 'flow-sequence-start', 'tag', 'value', 'key']);

/** Whether a text in quotes would read otherwise without them. */
function needsQuotes({ value, style, line, endLine, start, end }: Token, text: string, inFlow: boolean): boolean {
  if (inFlow && /[,[\]{}]/.test(value)) return true;
  if (style === '"') {
    if (/[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value)) return true;
    if (line !== endLine && text.slice(start + 1, end - 1).includes('\\\n')) return true;
  }
  try {
    const [scalar, close] = scanYaml(`key: ${value}`).slice(5);
    return !(scalar?.type === 'scalar' && scalar.style === 'plain' && close?.type === 'block-end' && scalar.value === value);
  } catch {
    return true;
  }
}

/** Whether the quotes of a token, or that it has none, are anybody's business. */
function isJudged(token: Token, previous: Token | undefined, checksKeys: boolean): boolean {
  if (token.type !== 'scalar' || !before.has(previous?.type) || token.style === '|' || token.style === '>') return false;
  if (previous?.type === 'key' && !checksKeys) return false;
  if (previous?.type === 'tag' && previous.handle === '!!') return false;
  return token.style !== 'plain' || isTextTag(token.value);
}

type Judge = (token: Token, node: 'key' | 'value', inFlow: boolean) => string | undefined;

/** What is wrong with the quotes of one token after another. */
function quotesJudge(text: string, options: LintOptions): Judge {
  const { required, 'quote-type': quoteType } = options;
  const isExtraRequired = matcherOf(options['extra-required']);
  const isExtraAllowed = matcherOf(options['extra-allowed']);
  let firstStyle: string | undefined;
  const isRight = ({ style, value }: Token): boolean => {
    const holdsOther = (style === "'" && value.includes('"')) || (style === '"' && value.includes("'"));
    if (options['allow-quoted-quotes'] && holdsOther) return true;
    if (quoteType === 'consistent') return (firstStyle ??= style) === style;
    return quoteType === 'any' || style === (quoteType === 'single' ? "'" : '"');
  };
  const isNeedless = (token: Token, inFlow: boolean): boolean =>
    required === 'only-when-needed' && isTextTag(token.value) && token.value !== '' && !needsQuotes(token, text, inFlow);
  return (token, node, inFlow) => {
    const { value } = token;
    const wrongQuotes = `string ${node} is not quoted with ${quoteType} quotes`;
    if (token.style === 'plain') {
      if (required === true) return wrongQuotes;
      return isExtraRequired(value) ? `string ${node} is not quoted` : undefined;
    }
    if (!isNeedless(token, inFlow)) return isRight(token) ? undefined : wrongQuotes;
    return isExtraRequired(value) || isExtraAllowed(value) ? undefined : `string ${node} is redundantly quoted with ${quoteType} quotes`;
  };
}

/** Which texts are in quotes, and in which. */
export const quotedStrings: LintRule = {
  name: 'quoted-strings',
  options: {
    'quote-type': { type: [{ word: 'any' }, { word: 'single' }, { word: 'double' }, { word: 'consistent' }], default: 'any' },
    required: { type: ['boolean', { word: 'only-when-needed' }], default: true },
    'extra-required': { type: { listOf: 'text' }, default: [] },
    'extra-allowed': { type: { listOf: 'text' }, default: [] },
    'allow-quoted-quotes': booleanOption(false),
    'check-keys': booleanOption(false),
  },
  *check({ tokens, text }, options) {
    const judge = quotesJudge(text, options);
    let depth = 0;
    for (const [i, token] of tokens.entries()) {
      if (token.type === 'flow-mapping-start' || token.type === 'flow-sequence-start') depth++;
      if (token.type === 'flow-mapping-end' || token.type === 'flow-sequence-end') depth--;
      const previous = tokens[i - 1];
      if (!isJudged(token, previous, options['check-keys'] === true)) continue;
      const message = judge(token, previous?.type === 'key' ? 'key' : 'value', depth > 0);
      const remedy = message?.includes('redundantly') ? 'remove the quotes' : 'quote it so';
      if (message) yield problem(token, message, remedy);
    }
  },
};
