import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeEach, expect, it } from 'vitest';
import { scriptedServer, type Heard, type Said } from './scripted-server.js';
import { cleanEnvironment, shell, type Printed } from './shell.js';

let folder: string;
let env: Record<string, string>;

const pipeline = `version: "1.0"
blocks:
  - name: tell
    type: LLMBlock
    config: { config_path: tell.yaml, output_cols: [told] }
  - name: judge
    type: LLMBlock
    config: { config_path: judge.yaml, output_cols: [verdict, score] }
  - name: keep_good
    type: FilterByValueBlock
    config: { filter_column: score, filter_value: 1, operation: eq, convert_dtype: float }
`;
const prompt = (generation: string, ...tags: string[]): string =>
  JSON.stringify({
    ...{ system: null, introduction: 'Talk.', principles: null, examples: null, generation },
    start_tags: tags.length === 0 ? [''] : tags.map((tag) => `[${tag}]`),
    end_tags: tags.length === 0 ? [''] : tags.map((tag) => `[/${tag}]`),
  });

beforeEach(async () => {
  folder = mkdtempSync(`${tmpdir()}/sdg-preview-`);
  env = cleanEnvironment(folder);
  await shell('mkdir mine', { cwd: folder, env });
  writeFileSync(`${folder}/mine/all.yaml`, pipeline);
  writeFileSync(`${folder}/mine/tell.yaml`, prompt('Tell of {{seed_question}}.'));
  writeFileSync(`${folder}/mine/judge.yaml`, prompt('Judge: {{told}} Say [verdict]…[/verdict][score]0 or 1[/score].', 'verdict', 'score'));
  const seeds = Array.from({ length: 30 }, (_, i) =>
    JSON.stringify({ seed_question: `number ${i}`, leaf_node_type: 'freeform_skill', leaf_node_path: i < 20 ? 'long' : `short_${i}` }),
  );
  writeFileSync(`${folder}/seeds.jsonl`, `${seeds.join('\n')}\n`);
});

/** Tells of the seed, and judges by whether its number is even. */
function teller({ prompt: asked }: Heard): Said {
  const number = /number (\d+)/.exec(asked)?.[1] ?? '';
  if (!asked.includes('Judge:')) return `A tale of number ${number}.`;
  return Number(number) % 2 === 0 ? '[verdict]It is sound.[/verdict][score]1[/score]' : '[verdict]It has no end.[/verdict][score]0[/score]';
}

const run = (url: string, flags: string): Promise<Printed> =>
  shell(`sdg-run ./mine seeds.jsonl -t ${url} -m scripted --api chat --price 1,2 --quiet ${flags}`, { cwd: folder, env });

it('sends seeds of all leaves all the way, and the run does not pay for them again', async () => {
  const server = await scriptedServer(teller);
  const { stdout, stderr, code } = await run(server.url, '--preview 8 --run-dir kept --rejects lost.jsonl');
  expect([stderr, code]).toEqual(['', 0]);
  const seeds = [...stdout.matchAll(/^seed (\d+) of 8 · (\S+)/gm)].map(([, , leaf]) => leaf);
  expect(seeds).toEqual(['long', ...Array.from({ length: 7 }, (_, i) => `short_${20 + i}`)]);
  expect(server.heard).toHaveLength(16);
  // 0, 20, 22, 24, 26 are even.
  // What a judge said, and how it reckoned, stands with the rows and with the losses.
  expect(stdout.match(/^ {2}\+ row[^\n]*\n {6}told: A tale of number \d+\.\n {6}verdict: It is sound\.\n {6}score: 1$/gm)).toHaveLength(5);
  expect(stdout.match(/^ {2}- filtered by keep_good\n {6}told: A tale of number \d+\.\n {6}verdict: It has no end\.$/gm)).toHaveLength(3);
  expect(stdout).toContain('2 calls, 40 tokens, cost 0.000060; 1 out, 0 lost');
  expect(stdout).toMatch(/^told +string +5\/5 +5 +19 +20 +20$/m);
  expect(stdout).toContain('the whole input, 30 seeds, by what the preview saw of 8 of its 11 leaves:');
  expect(stdout).toMatch(/^all +60 +600 +600 +0\.00$/m);
  expect(stdout).toContain('the preview cost 0.000480\nits calls are in the cache');
  // It leaves nothing but the cache behind.
  expect(readdirSync(folder)).not.toContain('kept');
  expect(readdirSync(folder)).not.toContain('lost.jsonl');

  const again = await run(server.url, '--preview 8');
  expect(again.stdout).toContain('2 calls (2 from cache), 40 tokens, cost 0.000000');
  expect(server.heard).toHaveLength(16);
  const whole = await run(server.url, '');
  expect(whole.code).toBe(0);
  expect(whole.stdout.trim().split('\n')).toHaveLength(15);
  expect(server.heard).toHaveLength(60);
});

it('shows what judges said of rows, though the pipeline drops it', async () => {
  const dropped = pipeline.replace(
    /$/,
    `    drop_columns: [verdict, score]
  - name: rate
    type: RatingJudgeBlock
    config: { config_path: rate.yaml, scale: [0, 5], keep_from: 1 }
`,
  );
  writeFileSync(`${folder}/mine/all.yaml`, dropped);
  writeFileSync(`${folder}/mine/rate.yaml`, prompt('Rate: {{told}}'));
  const server = await scriptedServer((heard) => (heard.prompt.includes('Rate:') ? 'Too short.\n\nRating: [[3]]' : teller(heard)));
  const { stdout, code } = await run(server.url, '--preview 2');
  expect(code).toBe(0);
  const told = ' {6}told: A tale of number \\d+\\.\\n';
  const first = ' {6}judged by judge\\n {8}verdict: It is sound\\.\\n {8}score: 1\\n';
  const second = ' {6}judged by rate\\n {8}reply: Too short\\.\\n {10}\\n {10}Rating: \\[\\[3\\]\\]$';
  expect(stdout.match(new RegExp(`${told} {6}rating: 3\\n${first}${second}`, 'gm'))).toHaveLength(2);
  // A loss has its last verdict in its columns.
  expect(stdout).not.toMatch(/- filtered[^+]*judged by/);
});

it('shows rejects with the raw reply, and hostile text as escapes', async () => {
  const hostile = `\u001b[2J\u202Eevil\u200b\u009b31m<script>alert(1)</script>${'x'.repeat(100_000)}`;
  const server = await scriptedServer((heard) => (heard.prompt.includes('Judge:') ? hostile : teller(heard)));
  const { stdout, stderr, code } = await run(server.url, '--preview 2');
  expect(code).toBe(1);
  expect(stderr).toContain('nothing came out of 2 samples');
  expect(stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
  expect(stdout).toMatch(/^ {2}- rejected by judge: \S+/m);
  expect(stdout).toContain('reply: \\u001b[2J\\u202eevil\\u200b\\u009b31m<script>');
  expect(stdout).toMatch(/… \(\d+ more characters\)/);
  expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
  expect(stdout.length).toBeLessThan(20_000);
});

it.each(['--preview 2', '--plan --sample 2'])('says that it makes its calls itself: %s', async (flags) => {
  const { stderr, code } = await run('offline', `${flags} --on nats://127.0.0.1:1`);
  expect(code).toBe(2);
  expect(stderr).toContain(`${flags.split(' ').at(-2)} does not go with --on`);
  const set = await shell(`sdg-run ./mine seeds.jsonl ${flags}`, { cwd: folder, env: { ...env, SDG_ON: 'nats://127.0.0.1:1' } });
  expect([set.code, set.stderr]).toEqual([2, expect.stringContaining('does not go with SDG_ON')]);
});

it('reckons by a trial that asks whom the run would ask, and keeps its budget', async () => {
  const [server, judge] = [await scriptedServer(teller), await scriptedServer(teller)];
  writeFileSync(`${folder}/two.json`, `{"teachers": {"other": {"url": "${judge.url}"}}, "blocks": {"judge": {"teacher": "other"}}}`);
  const { stdout, stderr, code } = await run(server.url, '--plan --sample 4 --config two.json');
  expect([stderr, code]).toEqual(['', 0]);
  expect([server.heard.length, judge.heard.length]).toEqual([4, 4]);
  expect(stdout).toMatch(/^all +60 +600 +600 +0\.00$/m);
  expect(stdout).toContain('from a trial with 4 seeds');
  const stopped = await run(server.url, '--plan --sample 4 --max-tokens-total 10 --no-cache');
  expect([stopped.code, server.heard.length]).toEqual([3, 4]);
});

it.each(['--preview 2', '--plan --sample 2'])('fails where the teacher refuses everything: %s', async (flags) => {
  const server = await scriptedServer(() => ({ status: 400 }));
  const { stderr, code } = await run(server.url, flags);
  expect([code, stderr]).toEqual([3, expect.stringContaining('the teacher has refused all 2 requests')]);
});

it('reckons a plan by the price of the model that is named', async () => {
  const plan = (flags: string) => shell(`sdg-run ./mine seeds.jsonl --plan ${flags}`, { cwd: folder, env });
  const { stdout } = await plan('--price 1,2');
  expect(stdout).toContain('money');
  expect(await plan('--model m --price m=1,2')).toEqual({ stdout, stderr: '', code: 0 });
  expect((await plan('--model other --price m=1,2')).stdout).not.toContain('money');
});

it('has nothing to say of an empty input, and says so', async () => {
  writeFileSync(`${folder}/seeds.jsonl`, '');
  const { stdout, stderr, code } = await shell('sdg-run ./mine seeds.jsonl -t offline --preview 3', { cwd: folder, env });
  expect([stdout, code]).toEqual(['', 1]);
  expect(stderr).toContain('the input was empty, so there is nothing to preview');
});
