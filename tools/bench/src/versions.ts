import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** First line of what a program says of its version, or that it is not there. */
function programVersion(name: string): string {
  try {
    return execFileSync(name, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0]!.trim();
  } catch {
    return `no ${name}`;
  }
}

const libraryVersion = (name: string): string => `${name} ${(require(`${name}/package.json`) as { version: string }).version}`;

/** Versions of what is measured with or beside, for the head of a report. */
export const versions = (): Record<string, string> => ({
  libraries: ['rxjs', 'undici'].map(libraryVersion).join(', '),
  programs: ['wc', 'shuf', 'git', 'python3'].map(programVersion).join(', '),
});
