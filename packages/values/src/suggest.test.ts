import { describe, expect, it } from 'vitest';
import { didYouMean, refuseUnknown, suggest } from './suggest.js';

describe('suggest', () => {
  it.each([
    ['gte', ['ge', 'gt'], 'ge'],
    ['gte', ['gt', 'lt'], 'gt'],
    ['==', ['ne', 'eq'], 'eq'],
    ['equals', ['is', 'ge'], undefined],
    ['GTE', ['ge', 'gte_all'], 'ge'],
    ['abcd', ['abdc'], 'abdc'],
    ['abc', ['acb'], undefined],
    ['abcdefghi', ['abcdefxyz'], 'abcdefxyz'],
    ['abcdefghi', ['abcdewxyz'], undefined],
    ['SEED', ['sees', 'seed'], 'seed'],
    ['modle', ['model', 'seed'], 'model'],
    ['concurency', ['concurrency', 'seed'], 'concurrency'],
    ['abc', ['xyz'], undefined],
    ['ab', ['cd'], undefined],
    ['ab', ['abcde'], undefined],
    ['x', [], undefined],
    ['scale', ['seed', 'scale-factor', 'cache'], 'scale-factor'],
    ['tem', ['tea', 'temperature'], 'temperature'],
    ['bcdxfgh', ['abcdefghi'], 'abcdefghi'],
    ['max', ['max-cost', 'max-tokens-total'], undefined],
  ])('%s of %j is %s', (name, known, meant) => expect(suggest(name, known)).toBe(meant));

  it('refuses all unknown names at once, each with what was meant, if anything', () => {
    expect(() => refuseUnknown('llm', ['modle', 'zzzzzz', 'seed'], ['model', 'seed'])).toThrow(
      'llm: option "modle" is not known; did you mean "model"?\noption "zzzzzz" is not known',
    );
    expect(() => refuseUnknown('llm', ['zzzzzz'], ['model'])).toThrow(/^llm: option "zzzzzz" is not known$/);
    expect(didYouMean('zzzzzz', ['model'])).toBe('');
    expect(() => refuseUnknown('llm', ['seed'], ['seed'])).not.toThrow();
  });
});
