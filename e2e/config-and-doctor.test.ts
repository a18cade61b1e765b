import { jsonLines } from '@sdg/testing/json-lines';
import { createServer, type Server } from 'node:http';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const KEY = 'sk-a-secret-of-the-test';

describe('settings', () => {
  const home = mkdtempSync(`${tmpdir()}/sdg-config-`);
  const env = cleanEnvironment(home);
  const project = `${home}/project`;
  const below = `${project}/below`;
  mkdirSync(below, { recursive: true });
  mkdirSync(`${home}/config/sdg`, { recursive: true });
  writeFileSync(
    `${project}/sdg.config.yaml`,
    'teacher: http://from-file/v1\nmodel: from-file\ncache: calls\nrpm: 30\nprice: ["0.5,1.5"]\n',
  );
  writeFileSync(`${home}/config/sdg/config.yaml`, 'rpm: 10\ntpm: 1000\nheader:\n  - "x-team: blue"\n  - "api-key: ${AZURE}"\n');
  writeFileSync(`${below}/.env`, `SDG_API_KEY=${KEY}\nSDG_MODEL=from-dot-env\n`);
  const config = async (line: string, more: Record<string, string> = {}) => {
    const { stdout, stderr, code } = await shell(`sdg config ${line}`, { cwd: below, env: { ...env, ...more } });
    expect(`${stdout}${stderr}`).not.toContain(KEY);
    return { stdout, stderr, code };
  };
  const settings = async (line: string, more?: Record<string, string>) => {
    const { stdout } = await config(`${line} --json`, more);
    return JSON.parse(stdout) as { settings: Record<string, { value: unknown; from: string }>; secrets: Record<string, object> };
  };

  it('come from the command line, the environment, .env, the folder, the account and the defaults, in this order', async () => {
    const { settings: found, secrets } = await settings('--timeout 5');
    expect(found['timeout']).toEqual({ value: 5, from: 'command line' });
    expect(found['model']).toEqual({ value: 'from-dot-env', from: 'SDG_MODEL in .env' });
    expect(found['teacher']).toEqual({ value: 'http://from-file/v1', from: '../sdg.config.yaml:1:1' });
    expect(found['cache']).toEqual({ value: `${project}/calls`, from: '../sdg.config.yaml:3:1' });
    expect(found['rpm']).toMatchObject({ value: 30 });
    expect(found['tpm']).toMatchObject({ value: 1000 });
    expect(found['api']).toEqual({ value: 'auto', from: 'default' });
    expect(found['header']?.value).toEqual(['x-team: (not shown)', 'api-key: ${AZURE}']);
    expect(secrets['SDG_API_KEY']).toEqual({ set: true, from: 'SDG_API_KEY in .env' });
    const other = await settings('-m typed', { SDG_TEACHER: 'http://me:secret@from-env/v1?key=secret', SDG_MODEL: 'from-env' });
    expect(other.settings['model']).toEqual({ value: 'typed', from: 'command line' });
    expect(other.settings['teacher']).toEqual({ value: 'http://from-env/v1', from: 'SDG_TEACHER' });
  }, 60_000);

  it('of a .env that is broken are told line by line, without what stands there', async () => {
    const broken = `${home}/broken`;
    mkdirSync(broken, { recursive: true });
    writeFileSync(`${broken}/.env`, `# c\n\nexport SDG_MODEL = "two\nlines"\n${KEY}\nSDG_RPM=5\nSDG_API_KEY='${KEY}\n`);
    const { stdout, stderr } = await shell('sdg config --json', { cwd: broken, env });
    expect(stderr).toBe(
      'sdg config: .env:5: no NAME=VALUE, so it sets nothing; mend it, or begin the line with #\n' +
        "sdg config: .env:7: the quote ' is never closed; close it, or leave it out\n",
    );
    expect((JSON.parse(stdout) as { settings: Record<string, { value: unknown }> }).settings['model']?.value).toBe('two\nlines');
  });

  it('hold for the commands, and what is wrong in a file is told with its place', async () => {
    writeFileSync(`${below}/sdg.config.yaml`, 'techer: x\napi: chatty\napi_key: y\nrpm: -1\nseed: "x\n');
    const { stderr: told, code } = await shell('sdg-run simple < /dev/null', { cwd: below, env });
    expect(told).toBe(
      [
        'sdg-run: sdg.config.yaml:1:1: field "techer" is not known; did you mean "teacher"?',
        'sdg.config.yaml:3:1: field "api_key" is not known; keys stand in .env, or in the file that api_key_file names',
        'sdg.config.yaml:2:6 [api] expected one of "auto", "chat", "completions", found "chatty"; did you mean "chat"?',
        'sdg.config.yaml:4:6 [rpm] must be >= 0, found -1',
        'sdg.config.yaml:5:7: this quote is never closed; close it, or remove it',
        '',
      ].join('\n'),
    );
    expect(code).toBe(2);
  }, 60_000);
});

describe('sdg doctor', () => {
  let server: Server;
  let url = '';
  let answer = '<think>France, its capital.</think>Paris';
  beforeAll(async () => {
    server = createServer((request, response) => {
      const send = (status: number, body: object): void => void response.writeHead(status).end(JSON.stringify(body));
      const path = request.url ?? '';
      const [, kind = ''] = /^\/v1\/(\w+)\//.exec(path) ?? [];
      if (kind === 'page') return void response.writeHead(200).end('<!doctype html><title>Sign in</title>');
      if (kind === 'busy') return void response.writeHead(503).end('loading');
      if (kind === 'locked') return send(401, { error: { message: 'Incorrect API key' } });
      const isSlow = kind === 'slow';
      if (path.endsWith('/models') && ['slow', 'broken'].includes(kind)) return send(200, { data: [{ id: 'mixtral' }] });
      if (kind === 'broken') return void request.socket.destroy();
      if (path === '/v1/models') return send(200, { data: [{ id: 'mixtral', max_model_len: 2048 }] });
      if (!path.endsWith('/chat/completions') || kind === 'nothing') return send(404, {});
      let text = '';
      request.on('data', (part) => (text += part));
      request.on('end', () => {
        if (!text.includes('France')) return send(400, { error: { message: 'no messages' } });
        const choices = [{ message: { content: answer }, finish_reason: 'stop' }];
        const reply = (tokens: number): void => send(200, { choices, usage: { prompt_tokens: 9, completion_tokens: tokens } });
        // One token in a second.
        if (isSlow) setTimeout(() => reply(1), 1000);
        else reply(12);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  afterAll(() => server.close());
  const doctor = async (line: string) => {
    const { stdout, stderr, code } = await shell(`sdg doctor --json ${line}`);
    interface Found {
      readonly what: string;
      readonly state: string;
      readonly found: string;
      readonly remedy?: string;
    }
    const all = jsonLines<Found>(stdout);
    return { of: (what: string) => all.find((one) => one.what === what), stderr, code };
  };

  it('says what a model in the process lacks, before a run is begun', async () => {
    const { of, code } = await doctor('-t llama:none.gguf');
    expect(of('teacher')).toMatchObject({ state: 'bad', found: expect.stringContaining('node-llama-cpp') as string });
    expect(of('teacher')!.remedy).toContain('npm install node-llama-cpp@');
    expect(code).not.toBe(0);
    expect((await doctor('-t llama:hf:owner/repo/none.gguf')).of('teacher')).toMatchObject({ state: 'good' });
  });

  it('says what the server serves, how long its context is, how fast it is and that it thinks', async () => {
    const { of, code } = await doctor(`-t ${url}`);
    expect(code).toBe(0);
    expect(of('node')).toMatchObject({ state: 'good' });
    expect(of('call cache')).toMatchObject({ state: 'good' });
    expect(of('models')).toMatchObject({ found: 'mixtral' });
    expect(of('API')).toMatchObject({ found: 'chat' });
    expect(of('context')).toMatchObject({ state: 'doubtful', found: '2048 tokens' });
    expect(of('speed')?.found).toMatch(/^12 tokens in \d+\.\d s, [\d.]+ a second$/);
    expect(of('answer')).toMatchObject({ found: '"Paris"' });
    expect(of('reasoning')?.found).toContain('thinks first');
    answer = 'Paris';
    expect((await doctor(`-t ${url}`)).of('reasoning')?.found).toContain('none seen');
  }, 60_000);

  it.each([
    ['a model that is not served', () => `-t ${url} -m other`, 3, 'model', 'pass --model with one of mixtral'],
    ['a wrong path and no model', () => `-t ${url}/nothing`, 3, 'API', 'check the address'],
    ['a wrong path', () => `-t ${url}/nothing -m mixtral`, 3, 'API', 'check the address'],
    ['a server that hangs up on every call', () => `-t ${url}/broken`, 3, 'API', 'look into the log of the server'],
    ['no server', () => '-t http://127.0.0.1:9/v1', 3, 'server', ''],
    ['a page of the web', () => `-t ${url}/page`, 3, 'server', 'check the address'],
    ['a server that is still loading', () => `-t ${url}/busy`, 3, 'server', 'look into the log of the server, and try again'],
    ['a key that is not taken', () => `-t ${url}/locked`, 3, 'server', 'set SDG_API_KEY'],
    ['a slow server', () => `-t ${url}/slow`, 0, 'speed', 'what it runs on'],
    ['what is no address', () => '-t localhost:8000', 3, 'teacher', 'check the address'],
    ['a word that is no address', () => '-t offlin', 3, 'teacher', 'or offline'],
    ["a plug-in's address", () => '-t mine:x', 0, 'teacher', '--plugin'],
    ['no teacher', () => '', 0, 'teacher', 'pass --teacher URL'],
    ['a cache that cannot be written', () => `-t ${url} --cache /dev/null/calls`, 2, 'call cache', 'make it writable'],
  ])(
    'says what to mend of %s',
    async (_what, line, exitCode, what, remedy) => {
      const { of, code } = await doctor(line());
      expect(of(what)?.state).not.toBe('good');
      expect(of(what)?.remedy).toContain(remedy);
      expect(code).toBe(exitCode);
    },
    60_000,
  );
});
