import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { scriptedServer } from './scripted-server.js';
import { cleanEnvironment } from './shell.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const answer = '### Question:\nWhat is it?\n### Response:\nA pump.\n';

/** As much of the two libraries as is used here: tools/fetch/packages.js has fetched them. */
interface Emulator {
  write(data: string, done: () => void): void;
  resize(columns: number, rows: number): void;
  readonly buffer: { readonly active: { readonly length: number; getLine(at: number): { translateToString(trim: boolean): string } } };
}
interface Pty {
  onData(take: (data: string) => void): void;
  onExit(take: (end: { readonly exitCode: number }) => void): void;
  write(text: string): void;
  resize(columns: number, rows: number): void;
  kill(): void;
}
interface Libraries {
  readonly Terminal: new (options: object) => Emulator;
  readonly spawn: (file: string, args: readonly string[], options: object) => Pty;
}
let libraries: Libraries;
beforeAll(async () => {
  await execa('node', [`${root}tools/fetch/packages.js`, 'terminal']);
  const load = createRequire(`${root}.cache/terminal/package.json`);
  libraries = { ...load('@xterm/headless'), ...load('@lydell/node-pty') } as Libraries;
});

/** A line of bash at a terminal; without one a bash to type into. */
function atTerminal(line?: string, { columns = 100, rows = 30, env = {} }: { columns?: number; rows?: number; env?: object } = {}) {
  const home = cleanEnvironment();
  const emulator = new libraries.Terminal({ cols: columns, rows, scrollback: 1000, allowProposedApi: true });
  const pty = libraries.spawn('bash', line === undefined ? ['--norc', '-i'] : ['-c', line], {
    ...{ cols: columns, rows, cwd: home['HOME'] },
    env: { ...home, TERM: 'xterm-256color', PS1: '$ ', XDG_RUNTIME_DIR: home['HOME'], ...env },
  });
  onTestFinished(() => pty.kill());
  let raw = '';
  let looks: (() => void)[] = [];
  pty.onData((data) => {
    raw += data;
    emulator.write(data, () => looks.forEach((look) => look()));
  });
  const exit = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
  /** All lines, those scrolled away included. */
  const screen = (): string => {
    const { active } = emulator.buffer;
    return Array.from({ length: active.length }, (_, at) => active.getLine(at).translateToString(true))
      .join('\n')
      .trimEnd();
  };
  return {
    exit,
    screen,
    raw: () => raw,
    home: home['HOME']!,
    type: (text: string) => pty.write(text),
    resize(to: number, lines: number): void {
      emulator.resize(to, lines);
      pty.resize(to, lines);
    },
    /** Waits until the screen is as it should be; fails with what stands there. */
    until: (isSo: (text: string) => boolean): Promise<string> =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`never came to stand on the screen, which shows:\n${screen()}`)), 40_000);
        const look = (): void => {
          if (!isSo(screen())) return;
          clearTimeout(late);
          looks = looks.filter((one) => one !== look);
          resolve(screen());
        };
        looks.push(look);
        look();
      }),
  };
}

const times = (text: string, part: string): number => text.split(part).length - 1;
/** Seeds of three kinds of leaf, the first of which the server answers last. */
const seed = (kind: string, n: number): string =>
  JSON.stringify({
    ...{ leaf_node_type: kind, leaf_node_path: kind, task_description: 'ask', seed_context: `context ${n}` },
    ...{ seed_question: `question ${n}`, seed_response: 'yes', document: `document ${n}`, domain: 'pumps', document_outline: 'o' },
    ...Object.fromEntries(
      [1, 2, 3].flatMap((i) => [
        [`icl_query_${i}`, 'q'],
        [`icl_response_${i}`, 'r'],
      ]),
    ),
    icl_document: 'd',
  });
const seeds = ['grounded_skill', 'freeform_skill', 'freeform_skill', 'knowledge'].map(seed).join('\n');

describe('at a terminal', () => {
  it('the programs of a pipe draw one view, which leaves nothing behind when its size changes', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    onTestFinished(() => release());
    const { url } = await scriptedServer(async ({ prompt }) => {
      if (prompt.includes('context 0')) await held;
      return answer;
    });
    const line =
      `mkfifo more && { cat seeds.jsonl; cat more; } | sdg-read - | ` +
      `sdg-run ask.yaml --no-cache -c 8 -t ${url} | sdg-mix --phase skills > rows.jsonl`;
    const terminal = atTerminal(`while [ ! -e seeds.jsonl ]; do sleep 0.05; done; ${line}`);
    const text = '{{ seed_question }} {{ seed_context }}';
    writeFileSync(
      `${terminal.home}/ask.yaml`,
      `version: "1.0"\nblocks:\n  - {name: ask, type: LLMBlock, config: {config_path: p.yaml, output_cols: [question, response], ` +
        `parser_kwargs: {parser_name: custom, parsing_pattern: '### Question:\\s*(.*?)\\s*### Response:\\s*(.*)'}}}\n`,
    );
    writeFileSync(`${terminal.home}/p.yaml`, `generation: '${text}'\n`);
    writeFileSync(`${terminal.home}/seeds.jsonl`, `${seeds}\n`);
    const titles = ['sdg-read · 4 samples read', 'sdg-run ask · ', 'sdg-mix · waits for its input', '3 finished rows wait for seed 1'];
    const isOne = (screen: string): boolean => titles.every((title) => times(screen, title) === 1) && /· ask|ask +4/.test(screen);
    const whole = await terminal.until(isOne);
    // In the order of the pipe.
    expect([...titles.slice(0, 3)].sort((a, b) => whole.indexOf(a) - whole.indexOf(b))).toEqual(titles.slice(0, 3));
    for (const [columns, rows] of [
      [60, 30],
      [140, 40],
      [45, 16],
      [100, 30],
    ] as const) {
      terminal.resize(columns, rows);
      const after = await terminal.until((screen) => isOne(screen) && times(screen, 'calls in flight') === 1);
      // Every line is one of the view or of what was said: no part of an earlier drawing.
      for (const part of ['written', 'answered', 'block ', 'tokens in']) expect([part, times(after, part)]).toEqual([part, 1]);
    }
    // The reader goes, whoever drew; the others go on.
    writeFileSync(`${terminal.home}/more`, '');
    await terminal.until((screen) => !screen.includes('sdg-read ·') && titles.slice(1).every((title) => times(screen, title) === 1));
    release();
    expect(await terminal.exit, terminal.screen()).toBe(0);
    const end = await terminal.until((screen) => screen.includes('sdg-mix: 5 rows from 4 samples'));
    expect(times(end, '4 samples in 0:')).toBe(1);
    expect(end).not.toMatch(/calls in flight|finished rows|waits for|sdg-mix ·|sdg-run ask ·/);
    expect(readFileSync(`${terminal.home}/rows.jsonl`, 'utf8').trim().split('\n').length).toBe(5);
  }, 100_000);

  describe('with a server that does not answer yet', () => {
    /** A terminal with seeds at hand, and the line that sends them there. */
    const withSeeds = async () => {
      const { url } = await scriptedServer(() => new Promise<string>(() => undefined));
      const terminal = atTerminal();
      writeFileSync(`${terminal.home}/seeds.jsonl`, `${seeds}\n`);
      return { ...terminal, line: `sdg-run simple --no-cache -c 8 -t ${url}` };
    };
    const drawings = (screen: string): number => times(screen, 'calls in flight');

    it('leaves what others wrote alone when it is stopped and goes on', async () => {
      const { type, until, line } = await withSeeds();
      type(`${line} seeds.jsonl > rows\r`);
      await until((screen) => drawings(screen) === 1);
      type('\u001a');
      await until((screen) => screen.includes('Stopped'));
      // Long enough for it to have missed some drawings.
      type('sleep 2; echo typed mean""while\r');
      await until((screen) => screen.includes('typed meanwhile\n'));
      type('fg\r');
      await until((screen) => drawings(screen) === 2);
      // Several drawings later: one of them would have gone over the lines above, or have been left behind.
      const later = await until((screen) => /· 0:0[3-9]\n[^]*tokens in/.test(screen.slice(screen.lastIndexOf('sdg-run simple ·'))));
      expect([later.includes('\ntyped meanwhile\n'), drawings(later)], later).toEqual([true, 2]);
    }, 60_000);

    it('shows the program in front, though one in the background came first', async () => {
      const { type, until, home, line } = await withSeeds();
      type(`${line} seeds.jsonl > one &\r`);
      await expect.poll(() => readdirSync(`${home}/sdg-${process.getuid!()}`).length, { timeout: 20_000 }).toBe(1);
      type('clear\r');
      type(`${line} seeds.jsonl > two\r`);
      const both = await until((screen) => drawings(screen) === 1);
      expect(times(both, 'sdg-run simple ·')).toBe(1);
    }, 60_000);

    it('takes away what one has drawn that was killed', async () => {
      const { type, until, home, line } = await withSeeds();
      type(`{ cat seeds.jsonl; sleep 1000; } | sdg-read - | ${line} | sdg-mix > rows\r`);
      const all = ['sdg-read ·', 'sdg-run simple ·', 'sdg-mix ·'];
      // And what it has to say has been said: a line of another between two drawings of one that is killed comes below the first.
      await until((screen) => screen.includes('asking scripted') && all.every((title) => times(screen, title) === 1));
      const [place] = readdirSync(`${home}/sdg-${process.getuid!()}`);
      process.kill(Number(place!.slice(place!.lastIndexOf('.') + 1)), 'SIGKILL');
      const after = await until((screen) => all.some((title) => times(screen, title) === 0));
      for (const title of all) expect([title, times(after, title) < 2]).toEqual([title, true]);
      expect(after).toContain('$ {');
    }, 60_000);
  });

  it.each([
    ['in a CI that has one', 'sdg-read $taxonomy | sdg-run simple --no-cache > o.jsonl', { CI: 'true' }],
    ['where it is dumb', 'sdg-read $taxonomy | sdg-run simple --no-cache > o.jsonl', { TERM: 'dumb' }],
    ['where the data comes out on it', 'sdg-read $taxonomy | sdg-run simple --no-cache -q | sdg-mix -q | head -n 2', {}],
    ['where it does so by another program', 'sdg-read $taxonomy | sdg-run simple --no-cache | head -n 2 | cat', {}],
  ])(
    'plain lines %s',
    async (_where, line, env) => {
      const taxonomy = fileURLToPath(new URL('taxonomy/compositional_skills', import.meta.url));
      const terminal = atTerminal(`taxonomy=${taxonomy}; ${line}`, { env });
      expect(await terminal.exit, terminal.screen()).toBe(0);
      expect(terminal.raw()).not.toContain('\u001b');
    },
    60_000,
  );
});
