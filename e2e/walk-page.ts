import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTeacherSim } from '@sdg/teacher-sim';
import { NatsServer } from '@sdg/testing';
import type { Fence } from './fences.js';
import { cleanEnvironment, shell } from './shell.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What pages name that is not there on the reader's machine by itself, and what the test has in its place. */
export interface Servers {
  /** For `http://localhost:8000/v1`. */
  readonly teacher: string;
  /** For `nats://localhost:4222`. */
  readonly nats: string;
  close(): Promise<unknown>;
}

export async function startServers(): Promise<Servers> {
  const [sim, nats] = await Promise.all([startTeacherSim({ slots: 16 }), NatsServer.start()]);
  return { teacher: sim.url, nats: nats.url, close: () => Promise.all([sim.close(), nats.close()]) };
}

/** A folder as the reader of a page has it: the inputs of this repository, none of its code. */
function workplace(): string {
  const cwd = mkdtempSync(`${tmpdir()}/sdg-docs-`);
  for (const folder of ['taxonomy', 'documents', 'tasks']) cpSync(`${root}e2e/${folder}`, `${cwd}/e2e/${folder}`, { recursive: true });
  for (const name of ['node_modules', 'pipelines', 'recipes']) symlinkSync(`${root}${name}`, `${cwd}/${name}`);
  mkdirSync(`${cwd}/.home`);
  return cwd;
}

/** What became of a page: where its commands were run, and what did not go as it says. */
export interface Walked {
  readonly cwd: string;
  readonly wrong: readonly string[];
  /** All that was printed, stdout and stderr. */
  readonly printed: string;
}

/**
 * Carries out the blocks of a page one after the other: files are written, commands run (what one exports, the next
 * finds), and lines of output looked for in what the commands before them printed.
 */
export async function walkPage(fences: readonly Fence[], { teacher, nats }: Servers): Promise<Walked> {
  const cwd = workplace();
  const env = { ...cleanEnvironment(`${cwd}/.home`), VARS: `${cwd}/.home/vars` };
  const here = (text: string): string => text.replaceAll('http://localhost:8000/v1', teacher).replaceAll('nats://localhost:4222', nats);
  writeFileSync(env.VARS, '');
  const wrong: string[] = [];
  let all = '';
  let last = '';
  for (const { page, line, language, file, skip, exit, output, text } of fences) {
    if (file !== undefined) {
      mkdirSync(dirname(join(cwd, file)), { recursive: true });
      writeFileSync(join(cwd, file), here(text));
    } else if (language === 'sh' && skip === undefined) {
      const { stdout, stderr, code } = await shell(`. $VARS; set -e; trap 'export -p > $VARS' EXIT\n${here(text)}`, { cwd, env });
      all += last = stdout + stderr;
      if (code !== exit) wrong.push(`${page}:${line}: ended with ${code}, not ${exit}:\n${text}${stderr}`);
    } else if (output) {
      const lost = text.trim().split('\n').filter((part) => !last.includes(part));
      if (lost.length > 0) wrong.push(`${page}:${line}: not printed: ${lost.join(' / ')}\n${last.slice(0, 4_000)}`);
    }
  }
  return { cwd, wrong, printed: all };
}
