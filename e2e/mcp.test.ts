import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startTeacherSim } from '@sdg/teacher-sim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

interface Client {
  connect(transport: unknown): Promise<void>;
  listTools(): Promise<{
    tools: { name: string; description: string; inputSchema: { properties: Record<string, unknown>; required: string[] } }[];
  }>;
  callTool(
    call: { name: string; arguments: Record<string, unknown> },
    schema?: undefined,
    options?: { onprogress?: (progress: { message?: string }) => void; signal?: AbortSignal },
  ): Promise<{ content: { text: string }[]; isError?: boolean }>;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where tools/fetch/packages.js has put the SDK. */
const mcpFolder = `${root}.cache/mcp`;
const cwd = mkdtempSync(`${tmpdir()}/sdg-mcp-`);
const env = cleanEnvironment(`${cwd}/home`);
let client: Client;

/** A module of the SDK, as a program that has installed it gets it. */
const moduleOf = async (path: string): Promise<Record<string, new (...args: unknown[]) => unknown>> =>
  (await import(pathToFileURL(`${mcpFolder}/node_modules/@modelcontextprotocol/sdk/dist/esm/${path}`).href)) as never;

beforeAll(async () => {
  symlinkSync(`${mcpFolder}/node_modules`, `${cwd}/node_modules`);
  symlinkSync(tmpdir(), `${cwd}/away`);
  const [{ Client: ClientOf }, { StdioClientTransport }] = await Promise.all([moduleOf('client/index.js'), moduleOf('client/stdio.js')]);
  client = new ClientOf!({ name: 'test', version: '1' }) as Client;
  await client.connect(new StdioClientTransport!({ command: `${root}node_modules/.bin/sdg`, args: ['mcp'], cwd, env, stderr: 'pipe' }));
});
afterAll(() => client.close());

const call = async (name: string, args: Record<string, unknown>, options?: Parameters<Client['callTool']>[2]) => {
  const { content, isError } = await client.callTool({ name, arguments: args }, undefined, options);
  return { text: content.map(({ text }) => text).join('\n'), isError };
};

describe('sdg mcp', () => {
  it('lists its tools with the options of the commands as arguments', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['lint', 'read', 'plan', 'preview', 'run', 'mix', 'report']);
    const run = tools.find(({ name }) => name === 'run')!;
    expect(run.inputSchema.required).toEqual(['pipeline', 'files', 'output', 'run-dir']);
    expect(run.inputSchema.properties).toMatchObject({
      'max-cost': { type: 'number' },
      api: { type: 'string', enum: ['auto', 'chat', 'completions'] },
      price: { type: 'array', items: { type: 'string' } },
    });
    expect(Object.keys(run.inputSchema.properties).filter((name) => /key/.test(name))).toEqual([]);
    expect(client.getInstructions()).toContain('preview');
  });

  it('goes from a document to a run that is looked at', async () => {
    const read = await call('read', { paths: [`${root}e2e/documents/harbour-crane.md`], output: 'chunks.jsonl' });
    expect([read.isError, read.text]).toEqual([false, expect.stringContaining('1 file,')]);
    const plan = await call('plan', { pipeline: 'qa', files: ['chunks.jsonl'], price: ['1,2'] });
    expect(plan.text).toMatch(/cost|time: about/);
    const preview = await call('preview', { pipeline: 'qa', files: ['chunks.jsonl'], preview: 1 });
    expect(preview.text).toContain('seed 1 of 1');
    const said: (string | undefined)[] = [];
    const run = await call(
      'run',
      { pipeline: 'qa', files: ['chunks.jsonl'], output: 'rows.jsonl', 'run-dir': 'run', 'num-outputs': 3 },
      { onprogress: ({ message }) => said.push(message) },
    );
    expect([run.isError, run.text]).toEqual([false, expect.stringContaining('exit code 0')]);
    expect(said.join('\n')).toContain('the offline teacher answers');
    expect(readFileSync(`${cwd}/rows.jsonl`, 'utf8').trim().split('\n')).toHaveLength(3);
    const report = await call('report', { run: 'run' });
    const figures = JSON.parse(report.text.split('\n').find((line) => line.startsWith('{'))!) as {
      pipeline: string;
      rows: number;
      blocks: object[];
    };
    expect(figures).toMatchObject({ pipeline: 'qa', end: { written: 3, exit: 'done' } });
    expect(figures.blocks.length).toBeGreaterThan(5);
    expect(readFileSync(`${cwd}/run/report.html`, 'utf8')).toContain('<html');
    const mix = await call('mix', { datasets: ['rows.jsonl=1.0'], output: 'train.jsonl', rows: ['qa'] });
    expect([mix.isError, mix.text]).toEqual([false, expect.stringContaining('3 rows in train.jsonl')]);
  });

  it('lints pipelines and leaves, and says what is wrong as an error', async () => {
    writeFileSync(`${cwd}/bad.yaml`, 'version: "1.0"\nblocks:\n  - name: a\n    type: DropColumnsBlok\n');
    const pipeline = await call('lint', { path: 'bad.yaml' });
    expect([pipeline.isError, pipeline.text]).toEqual([true, expect.stringMatching(/bad\.yaml:4.*DropColumnsBlock/s)]);
    const leaf = await call('lint', { path: `${root}e2e/taxonomy` });
    expect([leaf.isError, leaf.text]).toEqual([false, expect.stringContaining('no errors in 6 files')]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['plan', { pipelin: 'full', files: ['x'] }, /no argument "pipelin".*pipeline/],
    ['run', { pipeline: 'full', files: ['x'] }, /run needs output and run-dir/],
    ['preview', { pipeline: 'full', files: ['none.jsonl'], preview: 'many' }, /preview: "preview" is no whole number/],
    ['preview', { pipeline: 'full', files: ['none.jsonl'], preview: -1 }, /--preview/],
    ['plan', { pipeline: 'full', files: [{ a: 1 }] }, /"files" is no text/],
    ['plan', { pipeline: ['full'], files: [] }, /"pipeline" is no text/],
    ['plan', { pipeline: 'full', files: 'a\0b' }, /has a NUL/],
    ['lint', { path: null }, /"path" is no text/],
    ['read', { paths: ['x'], output: 5 }, /"output" is no text/],
    ['mix', { datasets: ['x'], output: 'o', shuffle: 'yes' }, /neither true nor false/],
    ['mix', { datasets: ['x'], output: 'o', format: 'xml' }, /is none of messages/],
    ['plan', { pipeline: 'full', files: ['x'.repeat(3_000_000)] }, /longer than a command line can be/],
    ['read', { paths: ['x'], output: '../out.jsonl' }, /outside of the folder in which sdg mcp was started/],
    ['run', { pipeline: 'full', files: ['x'], output: 'o', 'run-dir': '/tmp/x' }, /"run-dir" leads to \/tmp\/x, outside/],
    ['read', { paths: ['x'], output: 'away/out.jsonl' }, /outside of the folder/],
    ['report', { run: '/' }, /"run" leads to \/report\.html, outside/],
    ['plan', { pipeline: '--debug', files: ['none.jsonl'] }, /no pipeline.*--debug/],
    ['run', { pipeline: 'simple', files: ['chunks.jsonl'], output: 'no/such/folder.jsonl', 'run-dir': 'r' }, /cannot write no\/such/],
    ['nothing', {}, /there is no tool "nothing"/],
  ])('%s with %o is told what is wrong', async (name, args, message) => {
    const { isError, text } = await call(name, args);
    expect([isError, text]).toEqual([true, expect.stringMatching(message)]);
  });

  it('leaves a file of rows to the call that writes it, and to nobody who fails before', async () => {
    const sim = await startTeacherSim({ slots: 1, latency: { kind: 'fixed', meanMs: 100 } });
    try {
      const args = { pipeline: 'qa', files: ['chunks.jsonl'], teacher: sim.url, model: 'sim', api: 'chat', 'num-outputs': 2 };
      const first = call('run', { ...args, output: 'both.jsonl', 'run-dir': 'one' });
      await expect.poll(() => sim.stats().calls, { timeout: 60_000 }).toBeGreaterThan(0);
      const same = await call('run', { ...args, output: './both.jsonl', 'run-dir': 'other' });
      expect([same.isError, same.text]).toEqual([true, expect.stringContaining('another call is writing ./both.jsonl')]);
      expect((await first).isError).toBe(false);
    } finally {
      await sim.close();
    }
    const rows = readFileSync(`${cwd}/both.jsonl`, 'utf8');
    expect(rows.trim().split('\n')).toHaveLength(2);
    const failed = await call('run', { pipeline: 'none', files: ['chunks.jsonl'], output: 'both.jsonl', 'run-dir': 'two' });
    expect([failed.isError, readFileSync(`${cwd}/both.jsonl`, 'utf8')]).toEqual([true, rows]);
    writeFileSync(`${cwd}/none.jsonl`, '');
    for (const [name, args] of [
      ['run', { pipeline: 'qa', files: ['none.jsonl'], 'run-dir': 'three' }],
      ['mix', {}],
    ] as const) {
      const nothing = await call(name, { ...args, output: 'both.jsonl' });
      expect([nothing.isError, nothing.text]).toEqual([true, expect.stringMatching(/the input was empty[^]*exit code 1$/)]);
      expect(readFileSync(`${cwd}/both.jsonl`, 'utf8')).toBe(rows);
    }
  });

  it('stops a run that the client takes back, as Ctrl-C does', async () => {
    const sim = await startTeacherSim({ slots: 1, latency: { kind: 'fixed', meanMs: 100 } });
    try {
      const stop = new AbortController();
      const args = {
        pipeline: 'qa',
        files: ['chunks.jsonl'],
        output: 'slow.jsonl',
        'run-dir': 'slow',
        teacher: sim.url,
        model: 'sim',
        api: 'chat',
      };
      const asked = call('run', args, { signal: stop.signal });
      await expect.poll(() => sim.stats().calls, { timeout: 60_000 }).toBeGreaterThan(2);
      stop.abort();
      await expect(asked).rejects.toThrow();
      await expect
        .poll(() => JSON.parse(readFileSync(`${cwd}/slow/ledger.json`, 'utf8')) as object, { timeout: 60_000 })
        .toMatchObject({ exit: 'interrupted' });
    } finally {
      await sim.close();
    }
  });

  it('names the command that installs what it needs', async () => {
    const { code, stderr } = await shell('sdg mcp', { cwd: mkdtempSync(`${tmpdir()}/sdg-mcp-`) });
    expect([code, stderr]).toEqual([2, expect.stringContaining('npm install @modelcontextprotocol/sdk@')]);
  });
});
