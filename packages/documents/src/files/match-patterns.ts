import { SdgError } from '@sdg/core';
import picomatch from 'picomatch';

/**
 * A test for paths by the globs of a qna.yaml, which mean what they mean in Python: `*`, `?`, `[…]`, and `**` for any
 * number of folders; names that begin with a dot are matched only by patterns that say so. Fails with `bad-input` for a
 * pattern that leads out of the repository.
 */
export function matchPatterns(patterns: readonly string[]): (path: string) => boolean {
  for (const pattern of patterns) {
    if (/^(?:[/\\]|[a-z]:|~)/i.test(pattern) || pattern.split(/[/\\]/).includes('..')) {
      throw new SdgError('bad-input', `the pattern "${pattern}" leads out of the repository`, {
        remedy: 'write a path relative to its top folder',
      });
    }
  }
  const matchers = patterns.map((pattern) =>
    picomatch(pattern.replace(/^(?:\.\/+)+/, ''), { nobrace: true, noextglob: true, nonegate: true, dot: false }),
  );
  return (path) => matchers.some((matches) => matches(path));
}
