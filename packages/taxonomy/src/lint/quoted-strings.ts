import { isTextTag, scanYaml, type Token } from '@sdg/config';
import { booleanOption, matcherOf, type LintRule } from './lint-rule.js';

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
    const { required, 'quote-type': quoteType } = options;
    const isExtraRequired = matcherOf(options['extra-required']);
    const isExtraAllowed = matcherOf(options['extra-allowed']);
    let depth = 0;
    let firstStyle: string | undefined;
    const isRight = (token: Token): boolean => {
      const { style, value } = token;
      const holdsOther = (style === "'" && value.includes('"')) || (style === '"' && value.includes("'"));
      if (options['allow-quoted-quotes'] && holdsOther) return true;
      if (quoteType === 'consistent') return (firstStyle ??= style) === style;
      return quoteType === 'any' || style === (quoteType === 'single' ? "'" : '"');
    };
    for (const [i, token] of tokens.entries()) {
      if (token.type === 'flow-mapping-start' || token.type === 'flow-sequence-start') depth++;
      if (token.type === 'flow-mapping-end' || token.type === 'flow-sequence-end') depth--;
      const previous = tokens[i - 1];
      if (token.type !== 'scalar' || !before.has(previous?.type) || token.style === '|' || token.style === '>') continue;
      if ((previous?.type === 'key' && !options['check-keys']) || (previous?.type === 'tag' && previous.handle === '!!')) continue;
      const isText = isTextTag(token.value);
      const isPlain = token.style === 'plain';
      if (isPlain && !isText) continue;
      const node = previous?.type === 'key' ? 'key' : 'value';
      let message: string | undefined;
      const wrongQuotes = `string ${node} is not quoted with ${quoteType} quotes`;
      if (isPlain) {
        if (required === true) message = wrongQuotes;
        else if (isExtraRequired(token.value)) message = `string ${node} is not quoted`;
      } else if (required === 'only-when-needed' && isText && token.value !== '' && !needsQuotes(token, text, depth > 0)) {
        if (!isExtraRequired(token.value) && !isExtraAllowed(token.value)) message = `string ${node} is redundantly quoted with ${quoteType} quotes`;
      } else if (!isRight(token)) message = wrongQuotes;
      if (message) yield { offset: token.start, seenAt: token.line + 1, message, remedy: message.includes('redundantly') ? 'remove the quotes' : 'quote it so' };
    }
  },
};
