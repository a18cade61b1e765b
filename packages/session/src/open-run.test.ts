import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { catalog } from '@sdg/blocks';
import { Ledger, type Observer, type Sample, type Teacher } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { openRun, type OpenRunOptions } from './open-run.js';
import type { RunResult } from './run-result.js';
import { chatServer, refuse } from './test-support/chat-server.js';

/** A folder of one test, with a pipeline of two blocks that ask, and seeds. */
function folder(blocks = ['gen_answer', 'judge_answer']): string {
  const path = mkdtempSync(`${tmpdir()}/sdg-session-`);
  const block = (name: string): string =>
    `  - name: ${name}\n    type: LLMBlock\n    config: { config_path: ${name}.yaml, output_cols: [${name}], gen_kwargs: { ` +
    `temperature: 0.9 } }\n`;
  writeFileSync(`${path}/p.yaml`, `version: "1.0"\nblocks:\n${blocks.map(block).join('')}`);
  for (const name of blocks) writeFileSync(`${path}/${name}.yaml`, `generation: ${name} of {{ topic }}\n`);
  writeFileSync(
    `${path}/in.jsonl`,
    'abcdef'
      .split('')
      .map((topic) => `${JSON.stringify({ topic })}\n`)
      .join(''),
  );
  return path;
}

const environment = (path: string) => ({ XDG_CACHE_HOME: `${path}/cache` });

/** Opens a run, takes all that comes, and gives it with the end and what was noticed. */
async function go(
  path: string,
  options: Partial<OpenRunOptions> = {},
): Promise<RunResult & { rows: Sample[]; notices: string[]; ledger: Ledger }> {
  const notices: string[] = [];
  const { observer, ...rest } = options;
  const run = await openRun({
    pipeline: `${path}/p.yaml`,
    catalog,
    files: [`${path}/in.jsonl`],
    env: environment(path),
    observer: { ...observer, notice: (text) => notices.push(text) },
    ...rest,
  });
  const rows: Sample[] = [];
  let error: unknown;
  try {
    for await (const row of run) rows.push(row);
  } catch (thrown) {
    error = thrown;
  }
  return { ...(await run.end({ error })), rows, notices, ledger: run.run.ledger };
}

const lines = <T>(file: string): T[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

describe('openRun', () => {
  it('runs, keeps a record, and repeats it from the record alone without asking again', async () => {
    const path = folder();
    let calls = 0;
    const teacher = await chatServer(({ messages }) => `${messages![0]!.content}, answer ${++calls}`);
    const first = await go(path, { teacher, model: 'm', api: 'chat', runDir: `${path}/run`, seed: 7 });
    expect([first.reason, first.exitCode, first.rows.length, first.written, calls]).toEqual(['done', 0, 6, 6, 12]);
    expect(JSON.parse(readFileSync(`${path}/run/lock.json`, 'utf8'))).toMatchObject({
      settings: { seed: 7, model: 'm', api: 'chat' },
      given: { positionals: [`${path}/p.yaml`, `${path}/in.jsonl`] },
    });
    const kept = JSON.parse(readFileSync(`${path}/run/ledger.json`, 'utf8')) as { blocks: ReturnType<Ledger['toJSON']>; exit: string };
    expect(kept).toMatchObject({ exit: 'done', written: 6 });
    expect(new Ledger().add(kept.blocks).toJSON()).toEqual(first.ledger.toJSON());
    expect(lines(`${path}/run/calls.jsonl`)).toHaveLength(12);

    const unsaid = { pipeline: undefined, files: undefined, teacher: undefined, seed: undefined };
    const run = await openRun({ catalog, runDir: `${path}/run`, resume: true, env: environment(path), ...(unsaid as object) });
    const rows: Sample[] = [];
    for await (const row of run) rows.push(row);
    expect([(await run.end()).exitCode, calls]).toEqual([0, 12]);
    expect(rows).toEqual(first.rows);
    await expect(openRun({ catalog, runDir: `${path}/run`, resume: true, seed: 8, env: environment(path) })).rejects.toThrow(
      'settings seed: was 7, is 8',
    );
    // Another run in the same folder has a log of its own; the same one goes on with it.
    const again = { teacher, model: 'm', api: 'chat', runDir: `${path}/run`, seed: 8, cache: `${path}/other` } as const;
    await go(path, again);
    await go(path, again);
    expect([calls, lines(`${path}/run/calls.jsonl`).length]).toEqual([24, 12]);
    await go(path, { ...again, noCache: true });
    await go(path, { ...again, noCache: true });
    expect([calls, lines(`${path}/run/calls.jsonl`).length]).toEqual([48, 12]);
  });

  it('sees the calls of teachers that blocks have of their own: in log, ledger and view', async () => {
    const path = folder();
    const [teacher, other] = [await chatServer(() => 'yes'), await chatServer(() => 'no')];
    writeFileSync(
      `${path}/change.yaml`,
      `teachers:\n  other: { url: "${other}", api: chat, model: o }\nblocks:\n  judge_answer: { teacher: other }\n`,
    );
    let most = 0;
    const begun = new Set<string>();
    const observer: Observer = { tryBegan: ({ server }) => void begun.add(server), limitChanged: () => undefined };
    const run = await openRun({
      pipeline: `${path}/p.yaml`,
      catalog,
      files: [`${path}/in.jsonl`],
      env: environment(path),
      teacher,
      model: 'm',
      api: 'chat',
      concurrency: 2,
      config: `${path}/change.yaml`,
      runDir: `${path}/run`,
      observer,
    });
    for await (const row of run) {
      most = Math.max(most, run.snapshot().limit);
      expect(row).toMatchObject({ gen_answer: 'yes', judge_answer: 'no' });
    }
    expect((await run.end()).exitCode).toBe(0);
    // Two slots of each teacher: the view and the gate know of all.
    expect([most, begun]).toEqual([4, new Set([teacher, other])]);
    const calls = lines<{ block: string; server: string }>(`${path}/run/calls.jsonl`);
    const by = (block: string) => calls.filter((call) => call.block === block).map(({ server }) => server);
    expect([by('gen_answer'), by('judge_answer')]).toEqual([Array(6).fill(teacher), Array(6).fill(other)]);
    expect(run.run.ledger.blocks.map(({ calls: asked }) => asked)).toEqual([6, 6]);
  });

  it('drains where the teacher cannot go on: what is under way comes in, is kept, and comes out', async () => {
    const path = folder(['ask']);
    const held: (() => void)[] = [];
    const teacher = await chatServer(({ messages }, response) => {
      if (messages![0]!.content.includes('of d')) {
        refuse(response, 401, 'no');
        return undefined;
      }
      return new Promise<string>((resolve) => held.push(() => resolve('fine')));
    });
    const { rows, error, exitCode, ledger } = await go(path, {
      teacher,
      model: 'm',
      api: 'chat',
      concurrency: 4,
      seeds: ['a', 'b', 'c', 'd'].map((topic) => ({ topic })),
      files: [],
      // Only when the refusal is known are the others answered.
      observer: { tryEnded: ({ outcome }) => void (outcome === 'teacher-auth' && held.splice(0).forEach((answer) => answer())) },
    });
    expect(error).toMatchObject({ code: 'teacher-auth' });
    expect([exitCode, rows.map(({ topic }) => topic), ledger.blocks[0]!.unfinished]).toEqual([3, ['a', 'b', 'c'], 1]);
    ledger.reconcile();
    const again = await chatServer(() => 'new');
    const rerun = await go(path, {
      teacher: again,
      model: 'm',
      api: 'chat',
      seeds: ['a', 'b', 'c', 'd'].map((topic) => ({ topic })),
      files: [],
      cache: `${path}/cache/sdg/calls`,
    });
    expect(rerun.exitCode).toBe(0);
  });

  it('accounts for what was under way where its reader leaves, by leaf as in all', async () => {
    const path = folder();
    const hangs = new Promise<string>(() => undefined);
    const teacher = await chatServer(({ messages: [asked] = [] }) => (/judge.* of [^a]/.test(asked!.content) ? hangs : asked!.content));
    const run = await openRun({
      ...{ pipeline: `${path}/p.yaml`, catalog, env: environment(path), teacher, model: 'm', api: 'chat', runDir: `${path}/run` },
      files: [`${path}/in.jsonl`],
    });
    for await (const _row of run) break;
    expect((await run.end()).reason).toBe('closed');
    const { leaves } = JSON.parse(readFileSync(`${path}/run/leaves.json`, 'utf8')) as { leaves: Record<string, Record<string, object>> };
    expect(run.run.ledger.blocks.some(({ unfinished }) => unfinished > 0)).toBe(true);
    for (const { block, unfinished, out } of run.run.ledger.blocks) expect(leaves['']![block]).toMatchObject({ unfinished, out });
  });

  it('promises nothing that a run without a cache does not hold', async () => {
    const path = folder();
    const teacher = await chatServer(({ messages }) => messages![0]!.content);
    const asked = { teacher, model: 'm', api: 'chat', signal: AbortSignal.abort() } as const;
    expect((await go(path, asked)).error?.message).toBe('stopped on request; run the same command again to go on from here');
    expect((await go(path, { ...asked, noCache: true })).error).toMatchObject({
      code: 'interrupted',
      message: 'stopped on request; run the same command again: it begins anew, as --no-cache has kept nothing',
    });
  });

  it('says by the exit code and in words that nothing came out, and why', async () => {
    const path = folder(['ask']);
    const seeds = [{ domain: 'x' }, { domain: 'y' }];
    const missing = await go(path, { seeds });
    expect([missing.reason, missing.exitCode]).toEqual(['failed', 1]);
    expect(missing.error!.message).toMatch(/^nothing came out of 2 samples: 2 rejected by ask: missing-column \(.*topic.*\); /);
    const teacher = await chatServer((_, response) => refuse(response, 400, 'prompt is not allowed'));
    const refused = await go(path, { teacher, model: 'm', api: 'chat' });
    expect(refused.exitCode).toBe(3);
    expect(refused.error!.message).toMatch(
      /^the teacher has refused all 6 requests: .*prompt is not allowed; change what it does not take, /,
    );
    const full = await chatServer((_, response) => refuse(response, 400, 'the prompt is too long: 9000 tokens'));
    const tooLong = (await go(path, { teacher: full, model: 'm', api: 'chat' })).error!.message;
    // What is to be done about a refusal of a known kind, and that alone.
    expect(tooLong).toMatch(/9000 tokens; shorten what goes into the prompt .*larger context$/);
    const empty = await go(path, { seeds: [] });
    expect([empty.reason, empty.exitCode]).toEqual(['failed', 1]);
    expect(empty.error!.message).toMatch(/^the input was empty: no samples came in; see why/);
    // A shard that gets none of an input that was there has done what is its.
    const shard = await go(path, { seeds: [{ topic: 'a' }], shard: '2/9' });
    expect([shard.reason, shard.exitCode, shard.error]).toEqual(['done', 0, undefined]);
  });

  it('stops early where everything is refused', async () => {
    const path = folder(['ask']);
    let asked = 0;
    const teacher = await chatServer((_, response) => (asked++, refuse(response, 400, `no ${asked}`)));
    const { exitCode, error } = await go(path, {
      teacher,
      model: 'm',
      api: 'chat',
      concurrency: 4,
      files: [],
      seeds: Array.from({ length: 2000 }, (_, topic) => ({ topic })),
    });
    expect([exitCode, (error as { code?: string }).code]).toEqual([3, 'teacher-hopeless']);
    expect(asked).toBeLessThan(200);
  });

  it('names a chain that gave nothing though another gave rows', async () => {
    const path = folder();
    const seed = (leaf_node_type: string, columns: object) => ({ leaf_node_type, ...columns });
    const skill = { task_description: 't', seed_question: 'Why?', seed_response: 'So.', seed_context: '' };
    const { exitCode, remarks, rows } = await go(path, {
      pipeline: 'simple',
      files: [],
      seeds: [seed('freeform_skill', skill), seed('knowledge', { document: 'x' })],
    });
    expect([exitCode, rows.length > 0]).toEqual([0, true]);
    expect(remarks).toEqual([
      expect.stringMatching(
        /^chain knowledge: nothing came out of 1 sample: 1 rejected by knowledge\/gen_knowledge: missing-column \(.*domain/,
      ),
    ]);
  });

  it('says in one line what a model wrote when nothing came out', async () => {
    const path = folder(['ask']);
    const reply = {
      choices: [{ text: '', finishReason: 'refusal', refusal: 'I will\n\nnot.' }],
      model: 'm',
      usage: { promptTokens: 1, completionTokens: 1 },
    };
    const teacher: Teacher = { name: 't', complete: async () => reply };
    const { error } = await go(path, { teacher: 'mine:x', providers: [{ schemes: ['mine'], open: async () => teacher }] });
    expect(error?.message).toContain('refusal (the model refused: I will not.); ');
  });

  it.skipIf(process.platform !== 'linux')('says when a log of it cannot be written any more, and ends by that', async () => {
    const path = folder(['ask']);
    mkdirSync(`${path}/run`);
    for (const name of ['calls.jsonl', 'pulse.jsonl', 'exchanges.jsonl']) symlinkSync('/dev/full', `${path}/run/${name}`);
    const full = `cannot write ${path}/run/exchanges.jsonl: the disk is full; make room, or write elsewhere`;
    const { rows, notices, error } = await go(path, { teacher: 'offline', runDir: `${path}/run` });
    expect([rows.length, error?.message]).toEqual([6, full]);
    expect(notices).toContain(`${full}; the run goes on without it`);
  });

  it('takes a model without a teacher for the mistake it is', async () => {
    const path = folder(['ask']);
    await expect(go(path, { model: 'mixtral' })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('model "mixtral" is named, but no teacher') as string,
    });
    expect((await go(path, { model: 'mixtral', teacher: 'offline' })).exitCode).toBe(0);
  });

  it('goes on until there is enough, and ends by request with what it has', async () => {
    const path = folder(['ask']);
    let n = 0;
    const teacher = await chatServer(() => `answer ${++n}`);
    const enough = await go(path, { teacher, model: 'm', api: 'chat', numOutputs: 15 });
    expect([enough.exitCode, enough.rows.length]).toEqual([0, 15]);
    const abort = new AbortController();
    const run = await openRun({
      pipeline: `${path}/p.yaml`,
      catalog,
      files: [`${path}/in.jsonl`],
      env: environment(path),
      teacher,
      model: 'm',
      api: 'chat',
      signal: abort.signal,
      noCache: true,
      concurrency: 1,
    });
    const rows: Sample[] = [];
    for await (const row of run) {
      rows.push(row);
      abort.abort();
    }
    const { reason, exitCode } = await run.end();
    expect([reason, exitCode, rows.length < 6]).toEqual(['interrupted', 130, true]);
    run.run.ledger.reconcile();
  });

  it('says where rows of a run for a number of outputs depend on how soon a leaf is done', async () => {
    const path = folder(['ask']);
    const asking = readFileSync(`${path}/p.yaml`, 'utf8');
    const told = async (scope: string): Promise<string[]> => {
      const block = `{ name: alike, type: SemanticDuplicatesBlock, config: { vector_col: v, columns: [ask], scope: ${scope} } }`;
      writeFileSync(`${path}/p.yaml`, `${asking}  - ${block}\n`);
      writeFileSync(`${path}/in.jsonl`, '{"topic":"a","v":[1,0]}\n{"topic":"b","v":[0,1]}\n');
      const { rows, notices } = await go(path, { teacher: 'offline', numOutputs: 2 });
      expect(rows).toHaveLength(2);
      return notices.filter((text) => text.includes('may differ from one run to the next'));
    };
    expect(await told('all')).toEqual([expect.stringMatching(/^block alike sees the samples of all leaves in one order/)]);
    expect(await told('leaf')).toEqual([]);
  });

  it("opens teachers of a scheme of one's own", async () => {
    const path = folder(['ask']);
    const provider = {
      schemes: ['echo'],
      open: async (address: string) => ({
        name: address,
        complete: async () => ({
          choices: [{ text: address, finishReason: 'stop' }],
          model: 'e',
          usage: { promptTokens: 1, completionTokens: 1 },
        }),
      }),
    };
    const { rows } = await go(path, { teacher: 'echo://there', providers: [provider] });
    expect(rows[0]).toMatchObject({ ask: 'echo://there' });
  });

  it.runIf(process.platform === 'linux')('leaves nothing open where a teacher cannot be opened', async () => {
    const path = folder(['ask']);
    const openFiles = (): string[] =>
      readdirSync('/proc/self/fd')
        .flatMap((fd) => {
          try {
            return [readlinkSync(`/proc/self/fd/${fd}`)];
          } catch {
            return [];
          }
        })
        .filter((file) => file.startsWith(path));
    const provider = { schemes: ['broken'], open: async () => Promise.reject(new Error('no such thing')) };
    await expect(go(path, { teacher: 'broken://there', providers: [provider], runDir: `${path}/run` })).rejects.toThrow('no such thing');
    expect(openFiles()).toEqual([]);
    const own = `teachers: { a: { teacher: "http://127.0.0.1:9/v1", model: m }, b: { teacher: "nonsense://x" } }`;
    writeFileSync(`${path}/c.yaml`, `${own}\nblocks:\n  ask: { teacher: b }\n`);
    await expect(go(path, { teacher: 'offline', config: `${path}/c.yaml`, runDir: `${path}/run2` })).rejects.toThrow();
    expect(openFiles()).toEqual([]);
  });

  it('leaves a provider that hears of no abort, and closes what that opens too late', async () => {
    const abort = new AbortController();
    const deaf = new EventEmitter();
    const open = (): Promise<Teacher> => {
      setImmediate(() => abort.abort());
      return once(deaf, 'open').then(([teacher]) => teacher as Teacher);
    };
    const run = go(folder(), { teacher: 'deaf:x', providers: [{ schemes: ['deaf'], open }], signal: abort.signal });
    await expect(run).rejects.toThrow('stopped on request; run the same command again');
    const closed = once(deaf, 'closed');
    deaf.emit('open', { name: 'late', complete: () => Promise.reject(new Error('asked')), close: () => deaf.emit('closed') });
    await closed;
  });

  it('passes over nothing that an engine cannot do', async () => {
    const engine = { name: 'workers', open: () => Promise.reject(new Error('opened')) };
    const start = (more: Partial<OpenRunOptions>) => go(folder(['ask']), { engine, ...more });
    await expect(start({ chatTemplate: 'tokenizer_config.json' })).rejects.toThrow(
      '--chat-template does not go with --on: workers read no file of this machine; give it to every worker',
    );
    await expect(start({ noCache: true })).rejects.toThrow('--no-cache does not go with --on');
    await expect(start({})).rejects.toThrow('opened');
  });

  it('tells observers how it ended', async () => {
    const path = folder(['ask']);
    const ends: unknown[] = [];
    await go(path, { observer: { runEnded: (end) => ends.push(end) } });
    expect(ends).toEqual([expect.objectContaining({ reason: 'done', written: 6 })]);
  });
});
