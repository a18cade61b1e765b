import { jsonLines } from '@sdg/testing/json-lines';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';
import { scriptedServer } from './scripted-server.js';
import { after, skilled, stageOf } from './skills-script.js';

interface Row {
  readonly task_name: string;
  readonly instruction: string;
  readonly response: string;
  readonly context: string | null;
  readonly leaf_node_type: string;
  readonly is_seed: boolean;
  readonly tags: readonly unknown[];
  readonly _sdg: {
    readonly id: string;
    readonly root: string;
    readonly origin: { readonly line: number };
    readonly examples?: readonly string[];
  };
}

const tasks = fileURLToPath(new URL('tasks', import.meta.url));
const rows = (text: string): Row[] => jsonLines<Row>(text);
const scratch = (): string => mkdtempSync(`${tmpdir()}/sdg-tasks-`);

describe('tasks on the embedded teacher', () => {
  it('writes exactly N rows in DGT’s columns, the same bytes for concurrency 1 and 32', async () => {
    const runs = await Promise.all(
      [1, 32].map((c) => shell(`sdg-read "${tasks}/debate/task.yaml" | sdg-run skills_sdg --num-outputs 40 --no-cache --quiet -c ${c}`)),
    );
    expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(runs[1]!.stdout).toBe(runs[0]!.stdout);
    const made = rows(runs[0]!.stdout);
    expect(made).toHaveLength(40);
    for (const { task_name, instruction, response, context, is_seed, tags } of made) {
      expect([task_name, context, is_seed, tags]).toEqual(['debate', null, false, []]);
      expect(instruction.length).toBeGreaterThan(20);
      expect(response.length).toBeGreaterThan(5);
    }
    expect(new Set(made.map(({ instruction }) => instruction)).size).toBe(40);
  });

  it('runs many tasks at once, each to the number that it asks for itself, freeform and grounded', async () => {
    const folder = scratch();
    mkdirSync(`${folder}/single`);
    const single = readFileSync(`${tasks}/debate/task.yaml`, 'utf8').split('  - question: Let two neighbours')[0]!;
    writeFileSync(
      `${folder}/single/task.yaml`,
      `${single.replace('data_builder', 'runner_config: {num_outputs_to_generate: 3}\ndata_builder')}`,
    );
    const { stdout, stderr, code } = await shell(`sdg-read "${folder}" "${tasks}/grammar" | sdg-run skills_sdg --quiet`);
    expect([code, stderr]).toEqual([0, '']);
    const made = rows(stdout);
    const of = (name: string): Row[] => made.filter(({ task_name }) => task_name === name);
    expect([of('single').length, of('grammar').length, made.length]).toEqual([3, 6, 9]);
    for (const { context, leaf_node_type } of of('grammar')) expect([typeof context, leaf_node_type]).toEqual(['string', 'grounded_skill']);
    // A single seed example: all rows lead back to it.
    expect(new Set(of('single').map(({ _sdg }) => _sdg.root)).size).toBe(1);
    const mixed = await shell(`sdg-mix --quiet`, { input: stdout, stdin: 'pipe' });
    expect(mixed.code).toBe(0);
    expect(mixed.stdout.split('\n').filter(Boolean)).toHaveLength(9);
    expect(mixed.stdout).toContain(JSON.stringify(made[0]!.instruction).slice(1, -1));
  });

  it('sends the seeds of a task without a number through once, beside a task that asks for one, in either order', async () => {
    const folder = scratch();
    mkdirSync(`${folder}/one`);
    const task = readFileSync(`${tasks}/grammar/task.yaml`, 'utf8');
    writeFileSync(
      `${folder}/one/task.yaml`,
      task.replace('num_outputs_to_generate: 6', 'machine_batch_size: 10').replace('task_name: grammar', 'task_name: silent'),
    );
    for (const order of [`"${folder}" "${tasks}/grammar"`, `"${tasks}/grammar" "${folder}"`]) {
      const { stdout, stderr, code } = await shell(`sdg-read ${order} | sdg-run skills_sdg --quiet`);
      expect([code, stderr]).toEqual([0, '']);
      const made = rows(stdout);
      expect(made.filter(({ task_name }) => task_name === 'grammar')).toHaveLength(6);
      expect(new Set(made.filter(({ task_name }) => task_name === 'silent').map(({ _sdg }) => _sdg.root)).size).toBeGreaterThan(1);
    }
  });

  it('gives each leaf of a taxonomy its own N', async () => {
    const taxonomy = fileURLToPath(new URL('taxonomy/compositional_skills', import.meta.url));
    const { stdout, code } = await shell(`sdg-read "${taxonomy}" | sdg-run simple --num-outputs-per-leaf 7 --quiet`);
    expect(code).toBe(0);
    const counts = new Map<string, number>();
    for (const line of stdout.split('\n').filter(Boolean)) {
      const { leaf_node_path: leaf } = JSON.parse(line) as { leaf_node_path: string };
      counts.set(leaf, (counts.get(leaf) ?? 0) + 1);
    }
    expect(counts.size).toBeGreaterThan(1);
    expect(new Set(counts.values())).toEqual(new Set([7]));
  });
});

describe('tasks over HTTP', () => {
  it('marks accepted samples that served as examples in the lineage of what they helped to make', async () => {
    const server = await scriptedServer(skilled());
    const { stdout, code } = await shell(
      `sdg-read "${tasks}/debate/task.yaml" | sdg-run skills_sdg --num-outputs 60 --attempts-ahead 4 -t ${server.url} --quiet`,
    );
    expect(code).toBe(0);
    const made = rows(stdout);
    expect(made).toHaveLength(60);
    const ids = new Map(made.map(({ _sdg, instruction }, i) => [_sdg.id, { i, instruction }]));
    const helped = made.flatMap((row, i) => (row._sdg.examples ?? []).map((id) => ({ i, example: ids.get(id)! })));
    expect(helped.length).toBeGreaterThan(5);
    for (const { i, example } of helped) expect(example.i).toBeLessThan(i);
    const prompts = server.heard.filter(({ prompt }) => stageOf(prompt) === 'questions').map(({ prompt }) => prompt);
    for (const { example } of helped) expect(prompts.some((prompt) => prompt.includes(example.instruction))).toBe(true);
  });

  it('shows accepted samples in the share that a task asks for, whatever there was to show at first', async () => {
    const server = await scriptedServer(skilled());
    const { stdout, code } = await shell(
      `sdg-read "${tasks}/debate/task.yaml" | sdg-run skills_sdg --num-outputs 60 -t ${server.url} --quiet`,
    );
    expect(code).toBe(0);
    const made = rows(stdout);
    const prompts = server.heard.filter(({ prompt }) => stageOf(prompt) === 'questions').map(({ prompt }) => prompt);
    const machine = prompts.flatMap((prompt) => made.filter(({ instruction }) => prompt.includes(instruction)));
    // Three examples a prompt, a quarter of them generated ones.
    expect(machine.length / (3 * prompts.length)).toBeGreaterThan(0.2);
    expect(machine.length / (3 * prompts.length)).toBeLessThan(0.3);
  });

  it('goes on from what is there where a task asks for more, and ends with the bytes of a run that asked for it at once', async () => {
    const folder = scratch();
    const server = await scriptedServer(skilled());
    writeFileSync(`${folder}/seeds.jsonl`, (await shell(`sdg-read "${tasks}/debate/task.yaml"`)).stdout);
    const run = async (count: number, cache: string) => {
      const before = server.heard.length;
      const { stdout, code } = await shell(
        `sdg-run skills_sdg "${folder}/seeds.jsonl" --num-outputs ${count} -t ${server.url} --cache "${folder}/${cache}" --quiet`,
      );
      expect([code, rows(stdout).length]).toEqual([0, count]);
      return { stdout, calls: server.heard.length - before };
    };
    const first = await run(30, 'kept');
    const raised = await run(40, 'kept');
    const fresh = await run(40, 'fresh');
    expect(raised.stdout).toBe(fresh.stdout);
    expect(raised.stdout.startsWith(first.stdout)).toBe(true);
    // Only what is new is asked for: a third more rows, and no more than half of the calls.
    expect(raised.calls).toBeLessThan(fresh.calls / 2);
  });

  it('goes on after a kill, pays for no call twice, and ends with the same bytes', { timeout: 120_000 }, async () => {
    const folder = scratch();
    const env = cleanEnvironment(folder);
    const server = await scriptedServer(skilled());
    const seeds = `${folder}/seeds.jsonl`;
    writeFileSync(seeds, (await shell(`sdg-read "${tasks}/debate/task.yaml"`)).stdout);
    const start = (cache: string) =>
      execa(
        'sdg-run',
        ['skills_sdg', seeds, '--num-outputs', '50', '-t', server.url, '-c', '8', '--cache', `${folder}/${cache}`, '--quiet'],
        { extendEnv: false, env, reject: false, stdin: 'ignore' },
      );
    const whole = await start('whole');
    expect([whole.exitCode, rows(whole.stdout).length]).toEqual([0, 50]);
    const calls = server.heard.length;

    const inTheMiddle = server.hears(Math.ceil(calls * 1.4));
    const killed = start('killed');
    await Promise.race([inTheMiddle, killed]);
    killed.kill('SIGKILL');
    expect((await killed).signal).toBe('SIGKILL');
    const atKill = server.heard.length - calls;
    const again = await start('killed');
    expect(again.stdout).toBe(whole.stdout);
    // At most the calls in flight are made twice. Some of the last ones may be cancelled in one run and not in the other.
    expect(server.heard.length - calls).toBeLessThan(calls + 8 + 64);
    expect(atKill).toBeGreaterThan(0);
    const before = server.heard.length;
    expect((await start('killed')).stdout).toBe(whole.stdout);
    expect(server.heard.length - before).toBeLessThanOrEqual(64);
  });

  it('asks generator and validator at different servers, with a model, key and temperature each, by one small file', async () => {
    const [generator, validator] = [await scriptedServer(skilled()), await scriptedServer(skilled())];
    const folder = scratch();
    writeFileSync(
      `${folder}/config.yaml`,
      `teachers:\n  judge: {url: "${validator.url}", model: strict, api_key_env: JUDGE_KEY}\nvalidator: {teacher: judge, ` +
        `gen_kwargs: {temperature: 0.1}}\ngenerator: {gen_kwargs: {temperature: 0.9}}\n`,
    );
    const { stdout, code, stderr } = await shell(
      `sdg-read "${tasks}/debate/task.yaml" | sdg-run skills_sdg --num-outputs 10 -t ${generator.url} -m writer --config ` +
        `"${folder}/config.yaml" --no-cache --quiet`,
      { env: { JUDGE_KEY: 'for-the-judge', SDG_API_KEY: 'for-the-writer' } },
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(rows(stdout)).toHaveLength(10);
    const parts = (heard: typeof generator.heard) =>
      new Set(
        heard.map(
          ({ prompt, model, authorization, body }) =>
            `${stageOf(prompt).split('-')[0]} ${model} ${authorization} ${body['temperature'] as number}`,
        ),
      );
    expect(parts(generator.heard)).toEqual(
      new Set(['questions writer Bearer for-the-writer 0.9', 'answer writer Bearer for-the-writer 0.9']),
    );
    expect(parts(validator.heard)).toEqual(new Set(['judge strict Bearer for-the-judge 0.1']));
  });

  it('stops early, says why and exits with 3 where a task is given up', async () => {
    const server = await scriptedServer(({ prompt }) => (stageOf(prompt) === 'questions' ? 'I would rather not.' : 'no'));
    const { stdout, stderr, code } = await shell(
      `sdg-read "${tasks}/debate/task.yaml" | sdg-run skills_sdg --num-outputs 5 --max-stalled-attempts 4 -t ${server.url} ` +
        '--rejects rejects.jsonl',
      { cwd: scratch() },
    );
    expect([stdout, code]).toEqual(['', 3]);
    expect(stderr).toContain('sdg-run: debate: 0 of 5 samples: given up, 4 attempts in a row brought nothing new');
    expect(stderr).toMatch(/one leaf was given up after \d+ rejected by \S*split_questions: no-items/);
    expect(stderr).toContain('add seed examples, loosen the filters or raise --max-stalled-attempts');
  });

  it('stops well at Ctrl-C: what came out is good, and the same command goes on from there', { timeout: 60_000 }, async () => {
    const folder = scratch();
    const env = cleanEnvironment(folder);
    const server = await scriptedServer(skilled());
    writeFileSync(`${folder}/seeds.jsonl`, (await shell(`sdg-read "${tasks}/debate/task.yaml"`)).stdout);
    const start = () =>
      execa('sdg-run', ['skills_sdg', `${folder}/seeds.jsonl`, '--num-outputs', '400', '-t', server.url, '-c', '8'], {
        extendEnv: false,
        env,
        reject: false,
        stdin: 'ignore',
        buffer: true,
      });
    const child = start();
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    const { stdout, stderr, exitCode } = await child;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/debate: \d+ of 400 samples so far, after \d+ attempts?/);
    const first = rows(stdout);
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(400);
    const whole = await start();
    expect([whole.exitCode, rows(whole.stdout).length]).toEqual([0, 400]);
    expect(whole.stdout.startsWith(stdout.split('\n')[0]!)).toBe(true);
  });
});

it('the scripted prompts are those of the pipeline', async () => {
  const server = await scriptedServer(skilled());
  await shell(`sdg-read "${tasks}" | sdg-run skills_sdg --num-outputs 4 -t ${server.url} --quiet`);
  expect(new Set(server.heard.map(({ prompt }) => stageOf(prompt)))).toEqual(
    new Set(['context', 'questions', 'judge-question', 'answer', 'judge-pair']),
  );
  for (const { prompt } of server.heard.filter(({ prompt: text }) => stageOf(text) === 'answer')) {
    expect(after(prompt, '[Question]')).toContain('[Answer]');
  }
});
