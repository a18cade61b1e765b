import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shell } from './shell.js';

const folder = mkdtempSync(`${tmpdir()}/sdg-completion-`);
const names = ['bash', 'zsh', 'fish'] as const;
type Name = (typeof names)[number];

interface Program {
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  readonly setup: string;
}

const programs = new Map<Name, Program>([['bash', { program: 'bash', env: {}, setup: '' }]]);
const fetcher = fileURLToPath(new URL('../tools/fetch/shells.js', import.meta.url));

beforeAll(async () => {
  for (const name of ['zsh', 'fish'] as const) {
    const { stdout, stderr } = spawnSync('node', [fetcher, name], { encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    programs.set(name, JSON.parse(stdout) as Program);
  }
  mkdirSync(`${folder}/rows`);
  writeFileSync(`${folder}/my seeds.jsonl`, '');
  for (const name of names) writeFileSync(`${folder}/script.${name}`, (await shell(`sdg completion ${name}`)).stdout);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(name: Name, script: string, input = ''): string {
  const found = programs.get(name)!;
  const args = name === 'bash' ? ['--norc', '-c'] : name === 'zsh' ? ['-f', '-c'] : ['--no-config', '-c'];
  const fresh = { HOME: folder, XDG_CONFIG_HOME: folder, TERM: 'dumb' };
  const env = { ...process.env, ...found.env, ...fresh, SETUP: found.setup, SHELL_PROGRAM: found.program };
  const { stdout, stderr } = spawnSync(found.program, [...args, script], { cwd: folder, env, input, encoding: 'utf8', timeout: 60_000 });
  expect(stderr).toBe('');
  return stdout;
}

/** What each shell offers for the end of a command line, sorted. */
const offers: Readonly<Record<'bash' | 'fish', (line: string) => string[]>> = {
  bash(line) {
    // Words as bash cuts them: at blanks and at "=".
    const words = line.split(/ |(?==)|(?<==)/);
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const complete = `$(complete -p ${words[0]} | sed 's/.*-F \\([^ ]*\\) .*/\\1/') ${words[0]}`;
    const state = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}`;
    const script = `source ./script.bash; ${state}; ${complete}; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run('bash', script).split('\n').filter(Boolean).sort();
  },
  fish: (line) =>
    run('fish', `source ./script.fish; complete -C '${line}'`)
      .split('\n')
      .map((found) => found.split('\t')[0]!)
      .filter(Boolean)
      .sort(),
};

/** What becomes of command lines in zsh, where the completion key is pressed at their end. */
function completedByZsh(lines: readonly string[]): string[] {
  // A shell in a terminal of its own, in which a key completes the line and writes down what became of it.
  const inner = [
    'eval $SETUP',
    'autoload -Uz compinit && compinit -u -D',
    'source ./script.zsh',
    'told() { zle complete-word; print -r -- "$BUFFER" > told.part; mv told.part told; zle kill-buffer; }',
    'zle -N told',
    "bindkey '^X' told",
    'PS1= ; : > ready',
  ];
  writeFileSync(`${folder}/inner.zsh`, inner.join('\n'));
  for (const file of ['ready', 'told']) rmSync(`${folder}/${file}`, { force: true });
  const wait = (file: string) => `for i in {1..600}; do [[ -e ${file} ]] && break; zpty -rt z out; zselect -t 5; done`;
  const outer = [
    'eval $SETUP',
    'zmodload zsh/zpty zsh/zselect',
    'zpty -b z "$SHELL_PROGRAM -f -i"',
    'zpty -w z "source ./inner.zsh"',
    wait('ready'),
    ...lines.flatMap((line) => [`zpty -w -n z '${line}'$'\\x18'`, wait('told'), 'print -r -- "$(<told)"; rm told']),
    'zpty -d z',
  ];
  return run('zsh', outer.join('\n'))
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}

describe.each(['bash', 'fish'] as const)('%s', (name) => {
  const offer = (line: string): string[] => offers[name](line);

  it('offers commands, options, values, files and folders', () => {
    expect(offer('sdg mer')).toEqual(['merge']);
    expect(offer('sdg run --max-c')).toEqual(['--max-concurrency', '--max-cost']);
    expect(offer('sdg-run --max-c')).toEqual(['--max-concurrency', '--max-cost']);
    expect(offer('sdg run --api c')).toEqual(['chat', 'completions']);
    expect(offer('sdg init sk')).toEqual(['skill']);
    expect(offer('sdg-mix --recipe my')).toEqual(['my seeds.jsonl']);
    expect(offer('sdg run --cache ro')).toEqual([name === 'fish' ? 'rows/' : 'rows']);
    expect(offer('sdg run --model ro')).toEqual([]);
    expect(offer('sdg completion z')).toEqual(['zsh']);
    expect(offer('sdg hel')).toEqual(['help']);
    expect(offer('sdg help mer')).toEqual(['merge']);
    expect(offer('sdg --ver')).toEqual(['--version']);
  }, 60_000);
});

it('zsh completes the same', () => {
  const lines = [
    ['sdg mer', 'sdg merge'],
    ['sdg run --max-conc', 'sdg run --max-concurrency='],
    ['sdg-run --max-conc', 'sdg-run --max-concurrency='],
    ['sdg run --api ch', 'sdg run --api chat'],
    ['sdg run --api=ch', 'sdg run --api=chat'],
    ['sdg init sk', 'sdg init skill'],
    ['sdg-mix --recipe my', 'sdg-mix --recipe my\\ seeds.jsonl'],
    ['sdg run --cache ro', 'sdg run --cache rows/'],
    ['sdg run --model ro', 'sdg run --model ro'],
    ['sdg completion z', 'sdg completion zsh'],
    ['sdg hel', 'sdg help'],
    ['sdg help mer', 'sdg help merge'],
  ] as const;
  expect(completedByZsh(lines.map(([line]) => line))).toEqual(lines.map(([, completed]) => completed));
}, 60_000);
