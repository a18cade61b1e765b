import { SdgError, type TokenLogprob } from '@sdg/core';
import { compilePattern } from '@sdg/python/regex';
import { splitBareChannels, splitChannels } from './split-channels.js';
import { splitTags } from './split-tags.js';
import { promptOf, saidBy, soughtBy, type SplitText, type SplitThinking } from './split-text.js';
import { hasTurnTokens, ownTurn, withoutHeader } from './turns.js';
import { withoutLastToken, withoutWrappings } from './wrappings.js';

/** What a pattern of the user's own finds is thinking: its first group that took part, or the whole. */
function splitPattern(source: string): (text: string) => SplitText {
  const [, flags = '', rest = ''] = /^((?:\(\?[aiLmsux]+\))?)([^]*)$/u.exec(source)!;
  const pattern = compilePattern(`${flags}(${rest})`);
  return (text) => {
    const thoughts: string[] = [];
    let answer = '';
    let from = 0;
    for (const [whole = '', ...groups] of pattern.findAll(text)) {
      if (whole === '') continue;
      const at = text.indexOf(whole, from);
      answer += text.slice(from, at);
      from = at + whole.length;
      thoughts.push(groups.find((group) => group !== '') ?? whole);
    }
    return thoughts.length === 0 ? { answer: text } : { answer: answer + text.slice(from), reasoning: thoughts.join('\n') };
  };
}

/**
 * How the thinking in a text is told from the answer. Known without a word from the user: tags such as `<think>`,
 * closed, opened by the chat template or never closed; the channels of gpt-oss; the phrases of Granite and Apriel. Tags
 * that are quoted, or that the pipeline itself looks for, are text. `pattern`, a Python regular expression, adds what
 * else is thinking; `off` leaves texts as they are.
 *
 * @example splitterOf()('<think>Hm.</think>\n\nYes.'); // { answer: 'Yes.', reasoning: 'Hm.' }
 * @throws SdgError `usage` for a pattern that does not parse
 */
export function splitterOf(pattern?: string): SplitThinking {
  if (pattern === 'off') return (text) => ({ answer: text });
  let own: ((text: string) => SplitText) | undefined;
  try {
    own = pattern === undefined ? undefined : splitPattern(pattern);
  } catch (error) {
    throw new SdgError('usage', `--thinking: the pattern does not parse: ${(error as Error).message}`, {
      remedy: 'give a Python regular expression, or off',
      cause: error,
    });
  }
  return (whole, request) => {
    const first: SplitText = own?.(whole) ?? { answer: whole };
    const isRaw = hasTurnTokens(first.answer) && !(request && hasTurnTokens(saidBy(request)));
    const begun = isRaw ? withoutHeader(first.answer) : first.answer;
    const known = splitChannels(begun) ?? splitBareChannels(begun) ?? splitTags(begun, request);
    const turn: SplitText = isRaw ? ownTurn(known.answer) : known;
    const reasoning = [first.reasoning, known.reasoning, isRaw ? turn.reasoning : undefined]
      .filter((part) => part !== undefined)
      .map((part) => part.trim())
      .join('\n');
    const isThought = [first, known, turn].some((part) => part.reasoning !== undefined);
    const asked = (): string => (request ? `${soughtBy(request)}\n${promptOf(request)}` : '');
    const answer = withoutWrappings(withoutLastToken(turn.answer), isThought, asked);
    return isThought ? { answer: answer.trimStart(), reasoning } : { answer };
  };
}

/** The log probabilities of the answer's tokens alone: servers give those of the thinking before them. */
export function answerLogprobs(logprobs: readonly TokenLogprob[], answer: string): readonly TokenLogprob[] {
  const start = logprobs
    .map(({ token }) => token)
    .join('')
    .lastIndexOf(answer);
  if (start <= 0) return logprobs;
  let at = 0;
  return logprobs.filter(({ token }) => (at += token.length) > start);
}
