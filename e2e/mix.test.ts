import { jsonLines } from '@sdg/testing/json-lines';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanEnvironment, shell, type Printed } from './shell.js';

interface Row {
  readonly id: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly metadata: string;
}
const row = (n: number, more: object = {}): string =>
  `${JSON.stringify({
    messages: [
      { role: 'user', content: `question ${n}` },
      { role: 'assistant', content: `answer ${n}` },
    ],
    metadata: '{}',
    id: `r${n}`,
    ...more,
  })}\n`;
const rows = (count: number): string => Array.from({ length: count }, (_, n) => row(n)).join('');
const lines = (text: string): Row[] => jsonLines<Row>(text);
const sample = (n: number): string =>
  `${JSON.stringify({
    task_description: 't',
    question: `q${n}?`,
    response: `a${n}`,
    leaf_node_type: 'freeform_skill',
    leaf_node_path: `leaf_${n % 2}`,
  })}\n`;

let cwd: string;
let env: Record<string, string>;
beforeEach(() => {
  cwd = mkdtempSync(`${tmpdir()}/sdg-mix-e2e-`);
  env = cleanEnvironment();
  writeFileSync(`${cwd}/a.jsonl`, rows(1000));
});
const run = (line: string): Promise<Printed> => shell(line, { cwd, env });
/** Until there is a file that is not whole yet. */
const begun = () =>
  expect.poll(() => readdirSync(cwd).some((name) => name.endsWith('.partial')), { interval: 5, timeout: 30_000 }).toBe(true);

describe('the community dataset workflow', () => {
  it('mixes in what recipe and dataset are put in place, and says so', async () => {
    const prepare = `
      mkdir -p ~/.local/share/instructlab/sdg/default_data_recipes/ ~/.local/share/instructlab/datasets/
      cat <<EOF > ~/.local/share/instructlab/sdg/default_data_recipes/skills.yaml
datasets:
  - path: instructlab_community.jsonl
    sampling_size: 1.0
EOF
      cp a.jsonl ~/.local/share/instructlab/datasets/instructlab_community.jsonl`;
    env['XDG_DATA_HOME'] = '';
    writeFileSync(`${cwd}/generated.jsonl`, [1, 2, 3].map(sample).join(''));
    const { code, stderr } = await run(`${prepare}\nsdg-mix --output-dir out < generated.jsonl`);
    expect(stderr).toMatch(/loading dataset from \S*\/\.local\/share\/instructlab\/datasets\/instructlab_community\.jsonl/);
    expect(stderr).toContain('dataset columns: messages, metadata, id (format messages)');
    expect(stderr).toContain('instructlab_community.jsonl loaded with 1,000 samples');
    expect(code).toBe(0);
    const names = readdirSync(`${cwd}/out`)
      .sort()
      .map((name) => name.replace(/_\d{4}-\d\d-\d\dT\d\d_\d\d_\d\d/, '_<ts>'));
    expect(names).toEqual([
      'generated_<ts>',
      'messages_<ts>.jsonl',
      'node_datasets_<ts>',
      'skills_recipe_<ts>.yaml',
      'skills_train_msgs_<ts>.jsonl',
      'train_<ts>.jsonl',
    ]);
    const mixed = readdirSync(`${cwd}/out`).find((name) => name.startsWith('skills_train'))!;
    const out = lines(readFileSync(`${cwd}/out/${mixed}`, 'utf8'));
    expect(out).toHaveLength(1000 + 60);
    expect(out.every(({ messages }) => messages[0]!.role === 'system')).toBe(true);
  });
});

describe('sdg-mix', () => {
  it('mixes a recipe into the pipe', async () => {
    writeFileSync(`${cwd}/r.yaml`, 'datasets: [{path: a.jsonl, sampling_size: 10}]\nsys_prompt: Be brief.\n');
    writeFileSync(`${cwd}/generated.jsonl`, [1, 2, 3].map(sample).join(''));
    const { stdout, stderr } = await run('cat generated.jsonl | sdg-mix --recipe r.yaml');
    const out = lines(stdout);
    expect(out).toHaveLength(13);
    expect(out.map(({ messages }) => messages[0]!.content)).toEqual(Array(13).fill('Be brief.'));
    expect(JSON.parse(out[0]!.metadata)).toMatchObject({ _sdg: { path: [] } });
    expect(stderr).toContain('a.jsonl: 10 of 1,000 rows');
  });

  it('takes other rows than generated samples from stdin, too', async () => {
    const alpaca = '{"instruction":"Say hello?","input":"","output":"Hello? Hello!"}';
    const { stdout } = await run(`echo '${alpaca}' | sdg-mix - --format alpaca --quiet`);
    expect(JSON.parse(stdout)).toEqual({
      source: 'stdin',
      id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      instruction: 'Say hello?',
      input: '',
      output: 'Hello? Hello!',
      metadata: '{}',
    });
    writeFileSync(`${cwd}/alpaca.jsonl`, `${alpaca}\n`);
    writeFileSync(`${cwd}/blank.jsonl`, row(1, { extra: 1 }).replace('answer 1', ' '));
    for (const name of ['alpaca', 'a', 'blank']) {
      const alike = await run(
        `sdg-mix --quiet < ${name}.jsonl | sha256sum; cat ${name}.jsonl | sdg-mix - --quiet | sha256sum; sdg-mix ${name}.jsonl ` +
          `--quiet | sha256sum`,
      );
      expect(new Set(alike.stdout.trim().split('\n')).size, name).toBe(1);
    }
    const again = await run('sdg-mix a.jsonl=7 --quiet | sdg-mix /dev/stdin=3 a.jsonl=2 <(head -n 4 a.jsonl)=1.0 --quiet');
    expect(lines(again.stdout)).toHaveLength(9);
  });

  it('gives the same bytes with one thread and with three', async () => {
    const odd = Array.from(
      { length: 30_000 },
      (_, n) => `${JSON.stringify({ question: `What is ${n}? ${'é'.repeat(n % 60)}`, answer: `It is ${n % 977}.`, n })}\n`,
    );
    writeFileSync(`${cwd}/qa.jsonl`, odd.join(''));
    writeFileSync(`${cwd}/plain.jsonl`, rows(40_000));
    for (const options of ['', '--dedupe exact', '--format sharegpt --shuffle']) {
      const outputs = await Promise.all(
        [1, 3].map((n) => run(`sdg-mix qa.jsonl plain.jsonl ${options} --quiet --threads ${n} | sha256sum`)),
      );
      expect(outputs.map(({ code }) => code)).toEqual([0, 0]);
      expect(outputs[0]!.stdout).toBe(outputs[1]!.stdout);
    }
  });

  it('names the line of a bad row whatever the threads', async () => {
    writeFileSync(`${cwd}/late.jsonl`, `${rows(30_000)}{"messages": [}\n${rows(10)}`);
    const outputs = await Promise.all([1, 3].map((n) => run(`sdg-mix late.jsonl --dedupe exact --quiet --threads ${n} > out.${n}`)));
    for (const { stderr, code } of outputs) {
      expect(stderr).toMatch(/^sdg-mix: late\.jsonl:30001:15: /);
      expect(code).toBe(1);
    }
  });

  it('writes to what is open, whatever its name', async () => {
    const { stdout, stderr, code } = await run(
      'sdg-mix a.jsonl=2 -o /dev/fd/3 --quiet 3> named; wc -l < named; (exec 3<> gone; rm gone; sdg-mix a.jsonl=2 -o /dev/fd/3 ' +
        '--quiet; wc -l < /dev/fd/3)',
    );
    expect({ stdout, stderr, code }).toEqual({ stdout: '2\n2\n', stderr: '', code: 0 });
  });

  it('ends quietly when the consumer has seen enough', async () => {
    const { stdout, stderr } = await run('sdg-mix a.jsonl=50.0 --quiet | head -n 1 | wc -l; echo "${PIPESTATUS[@]}"');
    expect(stdout).toBe('1\n0 0 0\n');
    expect(stderr).toBe('');
  });

  it('leaves nothing under the final name when it is killed', async () => {
    writeFileSync(`${cwd}/big.jsonl`, rows(20_000).repeat(10));
    const mixing = execa('sdg-mix', ['big.jsonl=20.0', '-o', 'out.jsonl', '--quiet'], { cwd, extendEnv: false, env, reject: false });
    await begun();
    mixing.kill('SIGKILL');
    await mixing;
    expect(readdirSync(cwd)).not.toContain('out.jsonl');
  });

  it('removes what it has begun when it is interrupted', async () => {
    writeFileSync(`${cwd}/big.jsonl`, rows(20_000).repeat(10));
    const mixing = execa('sdg-mix', ['big.jsonl', 'big.jsonl', 'big.jsonl', '-o', 'out.jsonl', '--quiet'], {
      cwd,
      extendEnv: false,
      env,
      reject: false,
    });
    await begun();
    mixing.kill('SIGINT');
    expect((await mixing).exitCode).toBe(130);
    expect(readdirSync(cwd).sort()).toEqual(['a.jsonl', 'big.jsonl']);
  });

  it('fails where a dataset that is named is in none of the files of a folder', async () => {
    writeFileSync(`${cwd}/generated.jsonl`, [1, 2, 3].map(sample).join(''));
    const { stderr, code } = await run('sdg-mix - a.jsonl=10 --phase knowledge --output-dir out --quiet < generated.jsonl');
    expect({ stderr, code }).toEqual({
      stderr:
        'sdg-mix: the samples made no rows for the knowledge mix, so it was not written, and a.jsonl is in no file; pass ' +
        '--phase skills if they are for that mix\n',
      code: 1,
    });
    expect(readdirSync(`${cwd}/out`).filter((name) => name.includes('_train_msgs_'))).toHaveLength(1);
  });

  it.each<readonly [string, number, unknown]>([
    ['sdg-mix nowhere.jsonl', 1, 'sdg-mix: dataset nowhere.jsonl: cannot read nowhere.jsonl: there is no such file; check the path'],
    [
      'sdg-mix a.jsonl=10 -o a.jsonl',
      2,
      'sdg-mix: a.jsonl is read as dataset a.jsonl and cannot be written as well; write to another file',
    ],
    ['sdg-mix a.jsonl -o x.jsonl --output-dir y', 2, 'sdg-mix: --output and --output-dir contradict each other; keep one of them'],
    ['sdg-mix a.jsonl -o x --rejects x --skip-bad-lines', 2, 'sdg-mix: x is named twice for output; name two files'],
    ['sdg-mix a.jsonl=0.5 --total-samples 10', 2, 'sdg-mix: the weights sum to 0.5, 0.5 too little; change them so that they sum to 1'],
    [
      'sdg-mix a.jsonl=5 --total-samples 10',
      2,
      'sdg-mix: a total of 10 rows is shared out by weight, and no dataset has one; give each a share, as in a.jsonl=0.7 ' +
        'b.jsonl=0.3 or by weight: in the recipe',
    ],
    [
      'sdg-mix --output-dir out -- -=5 < a.jsonl',
      2,
      'sdg-mix: --output-dir takes all of stdin; leave the size of - out; --skill-samples says how many rows of each leaf are mixed in',
    ],
    [
      'sdg-mix - --output-dir out --total-samples 5 < a.jsonl',
      2,
      'sdg-mix: the total is shared out by weight, and no dataset has one; give each a share, as in a.jsonl=1.0; rows of stdin ' +
        'come in addition',
    ],
    ['sdg-mix a.jsonl=-1', 2, 'sdg-mix: "a.jsonl=-1": a size cannot be below 0'],
    ['sdg-mix a.jsonl -o x --rejects ./x --skip-bad-lines', 2, 'sdg-mix: x is named twice for output; name two files'],
    [
      'sdg-mix a.jsonl=1 --decontaminate e.jsonl -o e.jsonl',
      2,
      'sdg-mix: e.jsonl is read for --decontaminate and cannot be written as well; write to another file',
    ],
    [
      'sdg-mix a.jsonl=1 --decontaminate e.jsonl:x',
      2,
      'sdg-mix: --decontaminate e.jsonl:x: "x" is no number of words in a row; give a whole number from 1 on, as in e.jsonl:8, or ' +
        'e.jsonl alone for 13',
    ],
    ...['0', '-3', '1.5', '', '99999999999'].map(
      (n) =>
        [`sdg-mix a.jsonl=1 --decontaminate e.jsonl:${n}`, 2, expect.stringContaining(`"${n}" is no number of words in a row`)] as const,
    ),
    ['sdg-mix a.jsonl >> a.jsonl', 2, 'sdg-mix: the output goes to the file that is read as dataset a.jsonl; write to another file'],
    ['sdg-mix a.jsonl -o x.parquet.gz', 2, 'sdg-mix: x.parquet.gz: Parquet files are compressed inside; end the name in .parquet'],
    [
      'sdg-mix a.jsonl -o no/such/folder/x.jsonl',
      2,
      'sdg-mix: cannot write no/such/folder/x.jsonl: there is no such folder as no/such/folder; make it first, or write elsewhere',
    ],
  ])('%s: one clear line', async (line, code, message) => {
    const found = await run(`${line} --quiet`);
    expect(found.stderr.trim()).toEqual(message);
    expect(found).toMatchObject({ code, stdout: '' });
    expect(readFileSync(`${cwd}/a.jsonl`, 'utf8')).toBe(rows(1000));
    expect(readdirSync(cwd).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('knows its own errors also when stdout is a pipe', async () => {
    writeFileSync(`${cwd}/bad.jsonl`, '{"messages":[{"role":"user","content":5}]}\n');
    const { stdout } = await run(
      'sdg-mix bad.jsonl --quiet 2>&1 | cat; echo \'{"task_description" bad\' | sdg-mix - a.jsonl=2 --quiet 2>&1 | cat',
    );
    expect(stdout).toMatch(/^sdg-mix: bad\.jsonl:1:1: .*\nsdg-mix: stdin:1:/);
  });

  it('draws without loading what a draw has no use for', async () => {
    // Shows the modules that were loaded by require, which all of the large ones are.
    writeFileSync(`${cwd}/show.cjs`, "process.on('exit', () => console.error(Object.keys(require.cache).join('\\n')));\n");
    const { stdout, stderr } = await run(`NODE_OPTIONS="--require ${cwd}/show.cjs" sdg-mix a.jsonl=3 --quiet`);
    expect(lines(stdout)).toHaveLength(3);
    expect(stderr).toContain('show.cjs');
    expect(stderr.match(/node_modules\/(rxjs|ajv|yaml|csv-parse|@sinclair)\//)).toBeNull();
  });

  it('reads what it writes, whatever the form', async () => {
    for (const name of ['o.json', 'o.json.zst', 'o.json.gz', 'o.csv', 'o.csv.gz', 'o.parquet', 'o.jsonl.zst']) {
      await run(`sdg-mix a.jsonl=20 -o ${name} --quiet`);
      const { stdout, stderr } = await run(`sdg-mix ${name} --quiet | sha256sum; sdg-mix a.jsonl=20 -o - --quiet | sha256sum`);
      expect(stderr).toBe('');
      expect(new Set(stdout.trim().split('\n')).size, name).toBe(1);
    }
  });

  it('mixes the datasets of the command line into a folder, too, and the flags hold', async () => {
    writeFileSync(`${cwd}/generated.jsonl`, [1, 2, 3].map(sample).join(''));
    const { code } = await run('sdg-mix - a.jsonl=10 --system-prompt Brief. --output-dir out --quiet < generated.jsonl');
    expect(code).toBe(0);
    const mixed = readdirSync(`${cwd}/out`).find((name) => name.startsWith('skills_train'))!;
    const out = lines(readFileSync(`${cwd}/out/${mixed}`, 'utf8'));
    expect(out).toHaveLength(10 + 60);
    expect(new Set(out.map(({ messages }) => messages[0]!.content))).toEqual(new Set(['Brief.']));
    await run(
      'sdg-mix --system-prompt "" --quiet < generated.jsonl > o.jsonl; for to in "-o p.jsonl" "--output-dir none"; do sdg-mix ' +
        '--system-prompt "" --quiet $to < generated.jsonl; done',
    );
    const texts = ['o.jsonl', 'p.jsonl', `none/${readdirSync(`${cwd}/none`).find((name) => name.startsWith('skills_train'))!}`].map(
      (name) => readFileSync(`${cwd}/${name}`, 'utf8'),
    );
    for (const text of texts) expect(lines(text)[0]!.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    await run('sdg-mix --dedupe exact --no-default-recipe --output-dir unlike --quiet < generated.jsonl');
    const unlike = readdirSync(`${cwd}/unlike`).find((name) => name.startsWith('skills_train'))!;
    expect(new Set(lines(readFileSync(`${cwd}/unlike/${unlike}`, 'utf8')).map(({ messages }) => messages[1]!.content)).size).toBe(3);
  });

  it('takes as much of stdin as it is told to, alone or with other datasets, and of one dataset the total', async () => {
    writeFileSync(`${cwd}/generated.jsonl`, [1, 2, 3, 4].map(sample).join(''));
    const { stdout } = await run(
      `for options in '-- -=0.5' '--total-samples 3' '- --total-samples 3' 'a.jsonl --total-samples 7'; do sdg-mix --quiet ` +
        `$options < generated.jsonl | wc -l; done`,
    );
    expect(stdout.split('\n').map(Number)).toEqual([2, 3, 3, 7, 0]);
    await run('sdg-mix - a.jsonl=1.0 --total-samples 9 --output-dir out --quiet < generated.jsonl');
    const mixed = readdirSync(`${cwd}/out`).find((name) => name.startsWith('skills_train'))!;
    expect(lines(readFileSync(`${cwd}/out/${mixed}`, 'utf8'))).toHaveLength(9 + 60);
  });

  it('takes the settings of a recipe without datasets', async () => {
    writeFileSync(`${cwd}/r.yaml`, 'sys_prompt: Be brief.\ndatasets: []\n');
    writeFileSync(`${cwd}/generated.jsonl`, sample(1));
    const { stdout } = await run('sdg-mix --recipe r.yaml --quiet < generated.jsonl');
    expect(lines(stdout)[0]!.messages[0]!.content).toBe('Be brief.');
  });

  it('lints recipes and formats', async () => {
    writeFileSync(`${cwd}/r.yaml`, 'datasets: [{path: a.jsonl, sampling_sise: 1}]\n');
    writeFileSync(`${cwd}/f.yaml`, 'formats:\n  mine: {instruction_key: q}\n');
    const { stdout, code } = await run('sdg lint r.yaml f.yaml --format text');
    expect(code).toBe(1);
    expect(stdout).toContain('did you mean "sampling_size"?');
    expect(stdout).toMatch(/f\.yaml:2:/);
  });

  it('lists all that is wrong with a recipe', async () => {
    writeFileSync(`${cwd}/r.yaml`, 'datasets:\n  - pth: a.jsonl\n  - path: a.jsonl\n    sampling_size: -0.5\n');
    const { stderr, code } = await run('sdg-mix --recipe r.yaml --check');
    expect(code).toBe(2);
    expect(stderr).toContain('r.yaml:2:5 [datasets[0]] field "pth" is not known; did you mean "path"?');
    expect(stderr).toContain('r.yaml:4:20 [datasets[1].sampling_size] must be >= 0');
  });

  it('puts rows that cannot be used on record', async () => {
    writeFileSync(`${cwd}/bad.jsonl`, `${row(1)}{"messages": [}\n${row(2)}`);
    const { stdout, stderr } = await run('sdg-mix bad.jsonl --skip-bad-lines --rejects rejects.jsonl');
    expect(lines(stdout).map(({ id }) => id)).toEqual(['r1', 'r2']);
    expect(stderr).toContain('bad.jsonl: 2 of 3 rows; 1 bad row');
    expect(JSON.parse(readFileSync(`${cwd}/rejects.jsonl`, 'utf8'))).toMatchObject({
      dataset: 'bad.jsonl',
      line: 2,
      row: '{"messages": [}',
    });
  });

  it('takes rows for rows where the first line is broken', async () => {
    writeFileSync(`${cwd}/bad.jsonl`, `{"messages": [}\n\n7\n${row(1)}${row(2)}`);
    const { stdout, stderr } = await run('cat bad.jsonl | sdg-mix --skip-bad-lines --system-prompt ""');
    expect(lines(stdout).map(({ id }) => id)).toEqual(['r1', 'r2']);
    expect(stderr).toContain('stdin: 2 of 4 rows; 2 bad rows');
    writeFileSync(`${cwd}/bad-samples.jsonl`, `{"question": \n${sample(1)}${sample(2)}`);
    const made = await run('cat bad-samples.jsonl | sdg-mix --skip-bad-lines');
    expect(lines(made.stdout).map(({ messages }) => messages.at(-1)!.content)).toEqual(['a1', 'a2']);
  });

  it('reports a full disk in one line', async () => {
    const { stdout, stderr } = await run('sdg-mix a.jsonl --quiet > /dev/full; echo "exit $?"');
    expect(stdout).toBe('exit 3\n');
    expect(stderr).toContain('sdg-mix: cannot write the output: the disk is full; make room, or write elsewhere');
    // A file may be no larger than 1 KiB: nothing of it is left.
    writeFileSync(`${cwd}/large.jsonl`, Array.from({ length: 500 }, (_, i) => row(i)).join(''));
    const files = await run('ulimit -f 1; sdg-mix large.jsonl --quiet -o cut.jsonl; echo "exit $?"; ls -A | grep cut');
    expect(files.stdout).toBe('exit 3\n');
    expect(files.stderr).toMatch(/^sdg-mix: cannot write cut\.jsonl: EFBIG.*$/m);
  });
});
