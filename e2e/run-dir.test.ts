import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { scriptedServer } from './scripted-server.js';
import { cleanEnvironment, shell } from './shell.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const cwd = mkdtempSync(`${tmpdir()}/sdg-run-dir-`);
const env = cleanEnvironment(cwd);
const json = <T>(name: string): T => JSON.parse(readFileSync(`${cwd}/${name}`, 'utf8')) as T;
const run = (line: string) => shell(line, { cwd, env });

beforeAll(async () => {
  cpSync(`${root}/pipelines/simple`, `${cwd}/mine`, { recursive: true });
  await run(`sdg-read ${root}/e2e/taxonomy/compositional_skills > seeds.jsonl`);
  await run('sdg-run ./mine seeds.jsonl --quiet --seed 7 --scale-factor 3 --run-dir kept > first.jsonl');
});

describe('--run-dir', () => {
  it('records what decides the run, and the account of every block', () => {
    const lock = json<{ pipeline: { files: object }; inputs: Record<string, string> }>('kept/lock.json');
    expect(lock).toMatchObject({
      pipeline: { name: 'mine' },
      settings: { seed: 7, 'scale-factor': 3, teacher: 'offline' },
      given: { positionals: ['./mine', 'seeds.jsonl'] },
    });
    expect(Object.keys(lock.pipeline.files).length).toBeGreaterThanOrEqual(6);
    expect(lock.inputs['seeds.jsonl']).toMatch(/^[0-9a-f]{64}$/);
    for (const name of readdirSync(`${cwd}/kept`)) expect([name, statSync(`${cwd}/kept/${name}`).mode & 0o777]).toEqual([name, 0o600]);
    const ledger = json<{ exit: string; written: number }>('kept/ledger.json');
    expect(ledger.exit).toBe('done');
    const rows = readFileSync(`${cwd}/first.jsonl`, 'utf8').trim().split('\n');
    expect(rows.length).toBeGreaterThan(0);
    expect(ledger).toMatchObject({ written: rows.length });
  });

  it('repeats the run from the record alone', async () => {
    const { code, stderr } = await run('sdg-run --run-dir kept --resume --quiet > second.jsonl');
    expect([code, stderr]).toEqual([0, '']);
    expect(readFileSync(`${cwd}/second.jsonl`, 'utf8')).toBe(readFileSync(`${cwd}/first.jsonl`, 'utf8'));
  });

  it('says what changed instead of repeating something else', async () => {
    cpSync(`${cwd}/kept`, `${cwd}/stale`, { recursive: true });
    appendFileSync(`${cwd}/mine/freeform_skills.yaml`, '# a remark\n');
    const { code, stderr, stdout } = await run('sdg-run --run-dir stale --resume --seed 8 --quiet');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/pipeline files \S*freeform_skills\.yaml: was [0-9a-f]{8}…, is [0-9a-f]{8}…/);
    expect(stderr).toContain('settings seed: was 7, is 8');
    expect(stderr.match(/: was /g)).toHaveLength(2);
  });

  it('says which input is gone, and keeps the record of an earlier run', async () => {
    writeFileSync(`${cwd}/few.jsonl`, '');
    await run('sdg-run simple few.jsonl --teacher offline --run-dir gone --quiet');
    const lock = readFileSync(`${cwd}/gone/lock.json`, 'utf8');
    rmSync(`${cwd}/few.jsonl`);
    const { code, stderr } = await run('sdg-run --run-dir gone --resume --quiet');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/inputs few\.jsonl: was [0-9a-f]{8}…, is "cannot be read"/)]);
    expect((await run('sdg-run simple few.jsonl --teacher offline --run-dir gone --quiet')).stderr).toContain(
      'cannot read few.jsonl: there is no such file',
    );
    expect(readFileSync(`${cwd}/gone/lock.json`, 'utf8')).toBe(lock);
  });

  it('is one run’s at a time, and free where that was killed', async () => {
    const { url, hears } = await scriptedServer(() => new Promise<string>(() => undefined));
    const line = 'sdg-run simple seeds.jsonl --no-cache --quiet --run-dir busy';
    const first = execa('bash', ['-c', `exec ${line} -t ${url}`], { cwd, env, extendEnv: false, reject: false });
    await hears(1);
    const before = readFileSync(`${cwd}/busy/lock.json`, 'utf8');
    const { code, stderr, stdout } = await run(`${line} -t offline`);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      `sdg-run: another run is writing busy (process ${first.pid}); wait for it, or name another folder\n`,
    ]);
    expect(readFileSync(`${cwd}/busy/lock.json`, 'utf8')).toBe(before);
    first.kill('SIGKILL');
    await first;
    expect((await run(`${line} -t offline`)).code).toBe(0);
    expect(readdirSync(`${cwd}/busy`)).not.toContain('running.json');
  });

  it('compares what comes through a pipe with what came then', async () => {
    const resume = 'sdg-run --run-dir piped --resume --quiet';
    const first = await run('cat seeds.jsonl | sdg-run simple --teacher offline --run-dir piped --quiet');
    const again = await run(`cat seeds.jsonl | ${resume}`);
    expect([again.code, again.stderr, again.stdout]).toEqual([0, '', first.stdout]);
    const less = await run(`tail -n +2 seeds.jsonl | ${resume}`);
    expect([less.code, less.stderr]).toEqual([
      2,
      'sdg-run: stdin: the first sample is not that of the run recorded in piped; pipe in what that run read, or leave out ' +
        '--resume to begin a new record\n',
    ]);
    const other = await run('head -n 3 seeds.jsonl | sdg-run simple --teacher offline --run-dir piped');
    expect([other.code, other.stderr]).toEqual([
      0,
      expect.stringMatching(/^sdg-run: stdin: 3 samples came, and the run recorded in piped had read \d+$/m),
    ]);
    expect((await run(`head -n 3 seeds.jsonl | ${resume}`)).code).toBe(0);
  });

  it('leaves the samples of a pipe that is named as a file to the run', async () => {
    const { stdout } = await run('sdg-run simple seeds.jsonl -q -t offline --scale-factor 1');
    const line = (pipe: string, more = ''): string => `sdg-run simple ${pipe} -q -t offline --scale-factor 1 --run-dir named ${more}`;
    expect(await run(line('<(cat seeds.jsonl)'))).toEqual({ code: 0, stdout, stderr: '' });
    expect(await run(line('<(cat seeds.jsonl)', '--resume'))).toEqual({ code: 0, stdout, stderr: '' });
    expect(await run(line('<(tail -n +2 seeds.jsonl)', '--resume'))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^sdg-run: \/dev\/fd\/\d+: the first sample is not that of the run recorded in named/),
    });
    expect(await run(`cat seeds.jsonl | ${line('/dev/stdin')}`)).toMatchObject({ code: 0, stdout });
  });

  it('is no place that the run reads from, or its output goes to', async () => {
    await run('sdg-run simple seeds.jsonl -q -t offline --scale-factor 1 --run-dir own > own.jsonl');
    const before = readFileSync(`${cwd}/own/rows.jsonl`, 'utf8');
    const again = 'sdg-run simple -q -t offline --scale-factor 1 --run-dir own';
    for (const [line, message] of [
      [`${again} own/rows.jsonl`, 'own/rows.jsonl is an input, and is written anew by the record of the run'],
      [`${again} < own/rows.jsonl`, 'the input comes from own/rows.jsonl, which the run itself writes'],
      [`${again} seeds.jsonl >> own/rows.jsonl`, 'the output goes to own/rows.jsonl, which the run itself writes'],
      [`${again} seeds.jsonl --rejects both.jsonl > both.jsonl`, 'the output goes to both.jsonl, which the run itself writes'],
      ['sdg-run simple -q -t offline own.jsonl >> own.jsonl', 'the output goes to own.jsonl, which is read'],
      ['sdg merge own.jsonl >> own.jsonl', 'the output goes to own.jsonl, which is read'],
    ] as const) {
      if (line.includes('both')) writeFileSync(`${cwd}/both.jsonl`, '');
      expect([line, await run(line)]).toEqual([line, { code: 2, stdout: '', stderr: expect.stringContaining(message) }]);
    }
    expect(readFileSync(`${cwd}/own/rows.jsonl`, 'utf8')).toBe(before);
  });

  it('says what is missing', async () => {
    expect((await run('sdg-run --resume')).stderr).toBe('sdg-run: --resume needs --run-dir DIR, the folder of the run to repeat\n');
    expect((await run('sdg-run --resume --run-dir nowhere')).stderr).toBe(
      'sdg-run: nowhere holds no run to resume; run once without --resume\n',
    );
    for (const broken of ['{"format": 9}', '{"format": 1}', '{"format":']) {
      writeFileSync(`${cwd}/lock.json`, broken);
      expect((await run('sdg-run --resume --run-dir .')).stderr).toContain('is no record of a run that this version can read');
    }
  });
});
