import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { NatsServer } from '@sdg/testing';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { collector } from './collector.js';
import { scriptedServer } from './scripted-server.js';
import { cleanEnvironment, shell } from './shell.js';

const cwd = mkdtempSync(`${tmpdir()}/sdg-far-`);
const env: Record<string, string> = { ...cleanEnvironment(cwd), OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
const SEEDS = 6;
const MORE = 2;
let nats: NatsServer;

beforeAll(async () => {
  nats = await NatsServer.start();
  const prompt = { system: null, introduction: 'Talk.', principles: null, examples: null, generation: 'Of {{seed_question}}.' };
  writeFileSync(`${cwd}/tell.yaml`, JSON.stringify({ ...prompt, start_tags: [''], end_tags: [''] }));
  writeFileSync(
    `${cwd}/all.yaml`,
    'version: "1.0"\nblocks:\n  - name: tell\n    type: LLMBlock\n    config: { config_path: tell.yaml, output_cols: [told] }\n',
  );
  const seed = (i: number): string => `{"seed_question":"number ${i}","leaf_node_path":"leaf_${i % 2}"}\n`;
  const all = Array.from({ length: SEEDS + MORE }, (_, i) => seed(i));
  writeFileSync(`${cwd}/seeds.jsonl`, all.slice(0, SEEDS).join(''));
  writeFileSync(`${cwd}/more.jsonl`, all.slice(SEEDS).join(''));
  // tools/fetch/otel.js has put it there before the tests, or said in a line that it could not.
  const library = fileURLToPath(new URL('../.cache/otel/node_modules', import.meta.url));
  expect(existsSync(`${library}/@opentelemetry/sdk-node`), 'run node tools/fetch/otel.js: it says what is missing').toBe(true);
  symlinkSync(library, `${cwd}/node_modules`);
});
afterAll(() => nats.close());

/** Starts a command, whose lines on stderr can be waited for. It is ended with the test. */
function begin(args: readonly string[], more: Record<string, string> = {}) {
  const [command, ...rest] = args;
  const child = execa(command!, rest, {
    cwd,
    env: { ...env, ...more },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 100_000,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  return {
    child,
    says: (what: RegExp) =>
      expect
        .poll(() => said, { timeout: 30_000 })
        .toMatch(what)
        .then(() => what.exec(said)![1]!),
  };
}

interface Counts {
  readonly block: string;
  readonly in: number;
  readonly made: number;
  readonly out: number;
  readonly filtered: number;
  readonly deduplicated: number;
  readonly rejected: Record<string, number>;
  readonly unfinished: number;
}
interface Shown {
  readonly blocks: readonly Counts[];
  readonly leaves: Record<string, Record<string, Record<string, number>>>;
  readonly end: { readonly written: number; readonly exit: string };
  readonly calls: {
    readonly tries: number;
    readonly byBlock: Record<string, Record<string, { readonly ms: number }>>;
    readonly timeline: { readonly inFlight: readonly (number | null)[] };
  };
  readonly notes: readonly string[];
  readonly rows: { readonly total: number; readonly shown: readonly { readonly steps: readonly { prompt: string; reply: string }[] }[] };
}
const shownIn = (page: string): Shown => (JSON.parse(/id="data">(.*?)<\/script>/s.exec(page)![1]!) as { runs: Shown[] }).runs[0]!;
const pageOf = async (folder: string): Promise<Shown> => shownIn((await shell(`sdg report ${folder} -o -`, { cwd, env })).stdout);
const text = (name: string): string => readFileSync(`${cwd}/${name}`, 'utf8');

/** All that goes in comes out somewhere, in each block and leaf as in all. */
function isBalanced({ blocks, leaves }: Shown): void {
  expect(blocks.length).toBeGreaterThan(0);
  for (const account of blocks) {
    const rejected = Object.values(account.rejected).reduce((sum, n) => sum + n, 0);
    const { in: entered, made, out, filtered, deduplicated, unfinished } = account;
    expect(entered + made).toBe(out + filtered + deduplicated + rejected + unfinished);
    const own = Object.values(leaves).map((of) => of[account.block]);
    const sum = (name: string): number => own.reduce((total, one) => total + (one?.[name] ?? 0), 0);
    expect([sum('in'), sum('made'), sum('out'), sum('rejected')]).toEqual([entered, made, out, rejected]);
  }
}

it(
  'shows a run on workers while it goes on, when it was killed, and when it is done, with every prompt and reply',
  { timeout: 120_000 },
  async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const server = await scriptedServer(async (_heard, index) => {
      if (index >= 3) await held;
      return `A tale, the ${index}th.`;
    });
    const receiver = await collector();
    const otel = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    const worker = begin(
      ['sdg', 'worker', nats.url, '-t', server.url, '-m', 'scripted', '--api', 'chat', '-c', '1', '--metrics', '0', '--name', 'w'],
      otel,
    );
    const metrics = await worker.says(/metrics at (\S+)/);
    const command = ['sdg-run', './all.yaml', 'seeds.jsonl', '-q', '--on', nats.url, '--run-dir', 'far'];
    const first = begin(command);
    await server.hears(4);

    const report = begin(['sdg', 'report', 'far', '--serve']);
    const address = await report.says(/(http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{32}) /);
    const served = async (): Promise<Shown> => shownIn(await (await fetch(address)).text());
    await expect.poll(async () => (await served()).end?.written, { timeout: 30_000, interval: 300 }).toBe(3);
    const going = await served();
    isBalanced(going);
    expect([going.end.exit, going.rows.total, going.calls.tries]).toEqual(['running', 3, 3]);
    expect(await (await fetch(address)).text()).toContain('"refreshSeconds":5');
    // Nobody else gets to see it: not without its token, not by another page, not from another address.
    for (const url of [address.split('?')[0]!, `${address}0`, address.replace('/?', '/far?')]) expect((await fetch(url)).status).toBe(403);
    await expect(fetch(address.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow();
    const seen = await (await fetch(metrics)).text();
    expect(seen).toMatch(/^gen_ai_client_operation_duration_seconds_count\{[^}]*gen_ai_request_model="scripted"[^}]*\} 3$/m);
    expect(seen).toMatch(/^sdg_calls_in_flight 1$/m);
    expect(seen).toMatch(/^sdg_samples_total\{block="tell",fate="out"\} 3$/m);

    first.child.kill('SIGKILL');
    await first.child;
    const killed = await pageOf('far');
    isBalanced(killed);
    expect([killed.end.written, killed.notes]).toEqual([3, [expect.stringMatching(/^The run goes on, or was killed/)]]);

    release();
    const again = await begin(command).child;
    expect([again.stderr, again.exitCode]).toEqual(['', 0]);
    writeFileSync(`${cwd}/far.jsonl`, `${again.stdout}\n`);
    await expect.poll(async () => (await served()).end.exit, { timeout: 30_000, interval: 300 }).toBe('done');
    const done = await served();
    isBalanced(done);
    const ledger = JSON.parse(text('far/ledger.json')) as { blocks: Counts[] };
    expect([done.blocks, done.end.written, done.rows.total]).toEqual([ledger.blocks, SEEDS, SEEDS]);
    const tries = text('far/calls.jsonl').trimEnd().split('\n');
    const ms = tries.map((line) => (JSON.parse(line) as { serviceMs: number }).serviceMs).reduce((sum, one) => sum + one, 0);
    expect(done.calls.byBlock['tell']!['scripted']!.ms).toBeCloseTo(ms, 3);
    expect(done.rows.shown).toHaveLength(SEEDS);
    for (const { steps } of done.rows.shown) expect(steps).toEqual([expect.objectContaining({ block: 'tell', model: 'scripted' })]);
    expect(Math.max(...done.calls.timeline.inFlight.map(Number))).toBeGreaterThan(0);

    const traced = await shell('sdg trace far.jsonl:2 --run-dir far', { cwd, env });
    expect(traced.stdout).toMatch(/seeds\.jsonl:2[\s\S]*1\. tell · scripted\n {2}prompt: [\s\S]*number 1[\s\S]*reply: A tale/);

    report.child.kill('SIGINT');
    expect((await report.child).exitCode).toBe(0);
    await expect(fetch(address)).rejects.toThrow();
    // A coordinator begins a trace for each seed, and the worker's calls are in it.
    const more = begin(['sdg-run', './all.yaml', 'more.jsonl', '-q', '--on', nats.url], otel);
    expect((await more.child).exitCode).toBe(0);
    worker.child.kill('SIGINT');
    expect((await worker.child).exitCode).toBe(130);
    const places = (name: string, id: 'spanId' | 'parentSpanId'): string[] =>
      receiver.spans.filter((span) => span.name === name).map((span) => `${span.traceId} ${span[id]}`);
    const [run] = receiver.spans.filter(({ name }) => name === 'sdg-run ./all.yaml');
    const ofRun = receiver.spans.filter(({ name, links }) => name === 'seed' && links[0]?.spanId === run!.spanId);
    expect(ofRun).toHaveLength(MORE);
    const calls = places('chat scripted', 'parentSpanId');
    for (const { traceId, spanId } of ofRun) expect(calls).toContain(`${traceId} ${spanId}`);
    // What no coordinator traced the worker traced by itself.
    expect(places('seed', 'spanId')).toHaveLength(SEEDS + MORE);
  },
);
