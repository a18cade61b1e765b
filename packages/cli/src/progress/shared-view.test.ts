import { fstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { Frame } from './frame.js';
import { SharedView } from './shared-view.js';

let home: string;
let folder: string;
const placeOf = (pid: number): string => join(folder, `view-${fstatSync(2, { bigint: true }).rdev.toString(36)}.${pid}`);
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sdg-view-'));
  vi.stubEnv('XDG_RUNTIME_DIR', home);
  folder = join(home, `sdg-${process.getuid!()}`);
  mkdirSync(folder, { mode: 0o700 });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

/** A view at a screen that keeps what is written to it. */
function viewAt() {
  const written: string[] = [];
  const screen = { columns: 80, rows: 24, write: (text: string) => (written.push(text), true) };
  return { view: new SharedView(new Frame(screen, true)), shown: () => written.join('') };
}

it('shows its lines itself where the one that draws was stopped', { timeout: 20_000 }, async () => {
  // It takes connections, as the kernel does for a process under Ctrl-Z, and never answers.
  const stopped = createServer(() => undefined);
  await new Promise<void>((resolve) => stopped.listen(placeOf(process.pid + 1), resolve));
  const { view, shown } = viewAt();
  view.show(() => ({ title: 'sdg-run', rows: [], facts: [] }));
  view.write('a line\n');
  await vi.waitFor(() => expect(shown()).toContain('a line'), { timeout: 15_000 });
  await view.close();
  stopped.close();
});

it.each(['{"pid":1,"section":{"title":"x"}}', '{"pid":1,"lines":{"number":1}}', 'null', '{', '{"section":null}'])(
  'goes on where another form tells it %s',
  async (told) => {
    const { view, shown } = viewAt();
    view.show(() => ({ title: 'sdg-run', rows: [], facts: [] }));
    await vi.waitFor(async () => {
      const guest = createConnection(placeOf(process.pid));
      await new Promise<void>((resolve, reject) => guest.once('connect', resolve).once('error', reject));
      guest.write(`${told}\n`);
      await new Promise((resolve) => guest.once('close', resolve));
    });
    view.write('a line\n');
    expect(shown()).toContain('a line');
    await view.close();
  },
);

/** A view that draws, and a minute later: whether it was stopped or busy it cannot know. */
async function afterPause() {
  const { view, shown } = viewAt();
  view.show(() => ({ title: 'sdg-run', rows: [], facts: [] }));
  await vi.waitFor(() => expect(shown()).toContain('sdg-run'));
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
  onTestFinished(async () => {
    clock.mockRestore();
    await view.close();
  });
  const before = shown();
  return { view, since: () => shown().slice(before.length) };
}

it('draws nothing after a pause until it is known whether the process was stopped', async () => {
  const { view, since } = await afterPause();
  // They come in any order when it goes on: what another program says, the width of the terminal, the word that it goes on.
  view.write('a line\n');
  view.resized();
  expect(since()).toBe('');
  view.resumed();
  // It was told, so nothing that was drawn before is taken away.
  await vi.waitFor(() => expect(since()).toMatch(/^[^F]*a line\nsdg-run/));
});

it('shows a line soon after a pause in which it was only busy', async () => {
  const { view, since } = await afterPause();
  view.write('a line\n');
  expect(since()).toBe('');
  await vi.waitFor(() => expect(since()).toMatch(/F\u001b\[0Ja line\nsdg-run/));
});

it('keeps to the one that draws where it was itself too busy to listen', async () => {
  let [left, answers] = [0, true];
  const drawing = createServer((guest) => {
    guest.on('close', () => left++).on('error', () => undefined);
    guest.on('data', () => answers && guest.write('{"shown":9,"drawn":[]}\n'));
  });
  await new Promise<void>((resolve) => drawing.listen(placeOf(process.pid + 1), resolve));
  const { view, shown } = viewAt();
  view.show(() => ({ title: 'sdg-run', rows: [], facts: [] }));
  const [guest] = (await once(drawing, 'connection')) as [Socket];
  await once(guest, 'data');
  // The answer to what came before has been read by the next time; to this there is none until the pause is over.
  answers = false;
  await once(guest, 'data');
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
  await once(guest, 'data');
  answers = true;
  await once(guest, 'data');
  expect([left, shown()]).toEqual([0, '']);
  clock.mockRestore();
  await view.close();
  drawing.close();
});
