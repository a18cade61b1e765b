import { fileURLToPath } from 'node:url';
import { parseFaults, startTeacherSim, type TeacherSim } from '@sdg/teacher-sim';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { shell } from './shell.js';

const seed = { task_description: 'Answer.', seed_question: 'Why?', seed_response: 'Because.', leaf_node_type: 'freeform_skill' };
const input = JSON.stringify(seed);
const [taxonomy, documents] = ['taxonomy', 'documents'].map((name) => fileURLToPath(new URL(name, import.meta.url)));
let sim: TeacherSim;

beforeAll(async () => {
  sim = await startTeacherSim({ slots: 2, apiKey: 'right', models: ['sim'] });
});
afterAll(() => sim.close());

const run = (flags: string, env: Record<string, string> = {}) =>
  shell(`echo '${input}' | sdg-run simple --quiet -t ${sim.url} ${flags} | wc -l; exit "\${PIPESTATUS[1]}"`, { env });

describe('a teacher that cannot serve', () => {
  it('is told apart: no key, a wrong key, an unknown model; each ends the run at once, with what to do', async () => {
    const [none, wrong, model] = await Promise.all([
      run('-m sim'),
      run('-m sim', { SDG_API_KEY: 'wrong' }),
      run('-m nobody', { SDG_API_KEY: 'right' }),
    ]);
    for (const { code, stdout } of [none, wrong, model]) expect([code, stdout]).toEqual([3, '0\n']);
    expect(none.stderr).toMatch(/SDG_API_KEY/);
    expect(wrong.stderr).toMatch(/SDG_API_KEY/);
    expect(wrong.stderr).not.toContain('wrong key wrong');
    expect(model.stderr).toMatch(/nobody/);
    expect(model.stderr).toMatch(/--model/);
    for (const { stderr } of [none, wrong, model]) expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('is not waited for with a key that cannot be sent', async () => {
    const { code, stderr } = await run('-m sim', { SDG_API_KEY: '“right”' });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/the API key has a character in it that no key can have/)]);
    expect(stderr).not.toContain('right');
  });

  it.each([
    ['sdg bench --rounds 1 --max-concurrency 1', 'the teacher has refused all 16 requests'],
    [`sdg init knowledge "$XDG_CACHE_HOME/k" --from ${documents}/harbour-crane.md`, 'the teacher has refused'],
    [`sdg generate --taxonomy-path ${taxonomy} --taxonomy-base empty --output-dir "$XDG_CACHE_HOME/o"`, 'this was the answer to all'],
  ])('is told by whatever asks it, if it refuses everything: %s', async (line, words) => {
    const refusing = await startTeacherSim({ faults: parseFaults('refused=1') });
    onTestFinished(() => refusing.close());
    const { code, stderr } = await shell(`${line} -q -m sim -t ${refusing.url}`);
    expect([code, stderr]).toEqual([3, expect.stringContaining(words)]);
    expect(stderr).toContain('top_k is not a parameter of this model');
  });

  it('is no server whose answers are empty for want of room', async () => {
    const refusing = await startTeacherSim({ faults: parseFaults('refusal=1') });
    onTestFinished(() => refusing.close());
    const { stdout } = await shell(`sdg doctor -m sim -t ${refusing.url}`);
    expect(stdout).toContain('none: it refused a plain question; check --model');
  });

  it('serves with the right key', async () => {
    // A secret mounted from a file often ends with a line break.
    const { code, stdout } = await run('-m sim --scale-factor 2', { SDG_API_KEY: 'right\n' });
    expect(code).toBe(0);
    expect(Number(stdout)).toBeGreaterThan(0);
  });
});
