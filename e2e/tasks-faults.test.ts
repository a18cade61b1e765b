import { jsonLines } from '@sdg/testing/json-lines';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';
import { scriptedServer, type Heard, type Said } from './scripted-server.js';
import { skilled, stageOf } from './skills-script.js';

const task = fileURLToPath(new URL('tasks/debate/task.yaml', import.meta.url));
const count = (text: string): number => text.split('\n').filter(Boolean).length;

/** `sdg-read | sdg-run skills_sdg` against a server, in a folder of its own. */
async function skills(
  say: (heard: Heard, index: number) => Said,
  options: string,
  { folder = mkdtempSync(`${tmpdir()}/sdg-fault-`), script = '' } = {},
) {
  const server = await scriptedServer(say);
  const run = () =>
    shell(`sdg-read "${task}" | sdg-run skills_sdg -t ${server.url} ${options}${script}`, { cwd: folder, env: cleanEnvironment(folder) });
  return { server, folder, run };
}

/** Answers well, but for the prompts of a stage that `fails` picks. */
function but(stage: ReturnType<typeof stageOf>, fails: (seen: number) => boolean, said: Said) {
  const play = skilled();
  const bad = new Set<string>();
  const good = new Set<string>();
  return (heard: Heard, index: number): Said => {
    const { prompt } = heard;
    if (stageOf(prompt) === stage && !good.has(prompt) && !bad.has(prompt)) (fails(good.size + bad.size) ? bad : good).add(prompt);
    return bad.has(prompt) ? said : play(heard, index);
  };
}

// What is wrong with the original, where it takes a server or a whole run to show that ours is not. The rest stands beside
// the parts: tasks.test.ts of the taxonomy (unknown fields), split-list.test.ts (preambles), rouge-duplicates.test.ts (exact
// duplicates), exactly.test.ts (N, stalls), skills-sdg.test.ts (untagged contexts, blank pairs, dropped kinds, seeds).
describe('the skills builder', () => {
  it('fault: N is a lower bound, 5 gave 12; here 5 gives 5', async () => {
    const { run } = await skills(skilled(), '--num-outputs 5 --quiet');
    expect(count((await run()).stdout)).toBe(5);
  });

  it('fault: one failed request after three tries kills the run; here it is tried on until it succeeds', async () => {
    const play = skilled();
    let failures = 0;
    const { run } = await skills(
      (heard, index) => (stageOf(heard.prompt) === 'answer' && failures < 6 ? (failures++, { status: 500 }) : play(heard, index)),
      '--num-outputs 10 --quiet -c 1',
    );
    const { stdout, code } = await run();
    expect([code, count(stdout), failures]).toEqual([0, 10, 6]);
  });

  it('fault: every error is retried, a 400 too; here it rejects its sample, once, and the run goes on to N', async () => {
    const refusal = { status: 400, body: '{"error":{"message":"this prompt is not allowed"}}' };
    const { run, server, folder } = await skills(
      but('answer', (seen) => seen % 5 === 0, refusal),
      '--num-outputs 20 --rejects rejects.jsonl --quiet',
    );
    const { stdout, code } = await run();
    expect([code, count(stdout)]).toEqual([0, 20]);
    const rejects = jsonLines<{ reason: string; message: string }>(readFileSync(`${folder}/rejects.jsonl`, 'utf8'));
    const refused = rejects.filter(({ reason }) => reason === 'teacher-refused');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.message).toContain('this prompt is not allowed');
    const answers = server.heard.filter(({ prompt }) => stageOf(prompt) === 'answer').map(({ prompt }) => prompt);
    expect(answers).toHaveLength(new Set(answers).size);
  });

  it('fault: a rerun of a finished task overwrites the filtered output with the unfiltered one; here it gives the same bytes', async () => {
    const { run, folder } = await skills(skilled(), '--num-outputs 12 --quiet', { script: ' > out.jsonl' });
    const results: string[] = [];
    for (let i = 0; i < 3; i++) {
      expect((await run()).code).toBe(0);
      results.push(readFileSync(`${folder}/out.jsonl`, 'utf8'));
    }
    expect(count(results[0]!)).toBe(12);
    expect(new Set(results).size).toBe(1);
  });

  it('fault: randomness has no seed; here another seed shows other examples, and the same one the same', async () => {
    const play = skilled();
    const outputs: string[] = [];
    for (const seed of [7, 7, 8]) {
      const { run } = await skills(play, `--num-outputs 10 --quiet --no-cache --seed ${seed}`);
      outputs.push((await run()).stdout);
    }
    expect(outputs[1]).toBe(outputs[0]);
    expect(outputs[2]).not.toBe(outputs[0]);
  });

  it('fault: --max-gen-requests does nothing; here a budget ends the run, and says so', async () => {
    const { run, server } = await skills(skilled(), '--num-outputs 1000 --max-tokens-total 1500 -c 2');
    const { stdout, stderr, code } = await run();
    expect(code).toBe(3);
    expect(count(stdout)).toBeLessThan(1000);
    // 20 tokens a call: some 75 calls, and not a thousand times three.
    expect(server.heard.length).toBeLessThan(120);
    expect(stderr).toMatch(/budget|tokens/);
    expect(stderr).toMatch(/debate: \d+ of 1,000 samples so far/);
  });
});
