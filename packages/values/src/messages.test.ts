import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCodes, SdgError, type ErrorCode } from './errors.js';
import { compareFindings, formatFinding, formatFindingForGithub, type Finding } from './finding.js';
import { didYouMean, suggest } from './suggest.js';

describe('SdgError', () => {
  it('says place, what and what to do on one line', () => {
    const error = new SdgError('config', 'unknown block', { place: { file: 'p.yaml', line: 2, column: 7 }, remedy: 'see sdg blocks' });
    expect(error.message).toBe('p.yaml:2:7: unknown block; see sdg blocks');
    expect(error).toMatchObject({ exitCode: 2, isRetryable: false, endsRun: true });
  });

  it('says only what there is to say, and keeps what it came of', () => {
    const cause = new Error('as the system says it');
    const error = new SdgError('output', 'the disk is full', { cause });
    expect([error.message, error.cause]).toEqual(['the disk is full', cause]);
  });

  it('knows for every code what may follow', () => {
    for (const code of Object.keys(errorCodes) as ErrorCode[]) {
      const error = new SdgError(code, 'x');
      expect([1, 2, 3, 130]).toContain(error.exitCode);
      // What ends one sample only must not be made again for ever.
      if (!error.endsRun && code !== 'interrupted') expect(error.isRetryable).toBe(false);
    }
  });
});

const finding: Finding = {
  severity: 'error',
  file: 'a.yaml',
  line: 3,
  column: 5,
  path: 'seed_examples[0]',
  message: '50% off',
  remedy: 'quote it',
};

describe('Finding', () => {
  it('is one line for people', () => {
    expect(formatFinding(finding)).toBe('a.yaml:3:5 [seed_examples[0]] 50% off; quote it');
    const { path: _path, ...plain } = finding;
    expect(formatFinding(plain)).toBe('a.yaml:3:5: 50% off; quote it');
    expect(formatFinding({ severity: 'warning', message: 'old' })).toBe('warning: old');
    expect(formatFinding({ severity: 'error', path: 'block dedupe', message: 'old' })).toBe('[block dedupe] old');
  });

  it('cannot break out of its line or write to the terminal', () => {
    expect(formatFinding({ ...finding, message: 'a\nb\tb\u001b[31m\u2028c' })).toBe(
      'a.yaml:3:5 [seed_examples[0]] a\\nb\\tb\\u001b[31m\\u2028c; quote it',
    );
  });

  it('is an escaped workflow command for GitHub', () => {
    expect(formatFindingForGithub({ ...finding, file: 'a,b:c.yaml' })).toBe(
      '::error file=a%2Cb%3Ac.yaml,line=3,col=5::[seed_examples[0]] 50%25 off; quote it',
    );
    expect(formatFindingForGithub({ severity: 'warning', file: 'a.yaml', message: 'old' })).toBe('::warning file=a.yaml::old');
  });

  it('sorts by file, line, column', () => {
    const places = [{}, { file: 'a' }, ...[{}, { column: 2 }, { column: 9 }].map((at) => ({ file: 'a', line: 1, ...at })), { file: 'b' }];
    const findings = places.map((place): Finding => ({ severity: 'error', message: '', ...place }));
    fc.assert(
      fc.property(fc.shuffledSubarray(findings, { minLength: findings.length }), (shuffled) => {
        expect(shuffled.sort(compareFindings)).toEqual(findings);
      }),
    );
    // What stands at one place stays in the order in which it was found.
    expect(findings.map((finding) => compareFindings(finding, { ...finding }))).toEqual(findings.map(() => 0));
  });
});

describe('suggest', () => {
  it('finds what was meant, and nothing where nothing is near', () => {
    expect(suggest('fitler_value', ['filter_column', 'filter_value'])).toBe('filter_value');
    expect(suggest('SIMPLE', ['simple', 'full'])).toBe('simple');
    expect(suggest('zzz', ['simple', 'full'])).toBeUndefined();
    expect(suggest('x', [])).toBeUndefined();
    expect(didYouMean('ful', ['full'])).toBe('did you mean "full"?');
  });
});
