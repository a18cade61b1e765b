import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect as connectTo, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import type { ServerResponse } from 'node:http';
import type { TeacherRequest } from '@sdg/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { completion, json, serve, type Seen } from '../test-support/serve.js';
import type { HttpClientOptions } from './http-client.js';
import { httpTeacher } from './http-teacher.js';

const KEY = 'sk-very-secret-1234567890';
const request: TeacherRequest = { prompt: 'p', model: 'm', parameters: {} };

function teacherAt(url: string, options: Partial<HttpClientOptions> = {}) {
  const teacher = httpTeacher({ url, apiKey: KEY, ...options });
  onTestFinished(() => teacher.close?.());
  return teacher;
}

async function answered(answer: (seen: Seen, response: ServerResponse) => void, options: Partial<HttpClientOptions> = {}) {
  const server = await serve(answer);
  return { server, teacher: teacherAt(server.url, options) };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

describe('what goes out', () => {
  it('passes every parameter through, by the names of each API', async () => {
    const { server, teacher } = await answered((_seen, response) => json(response, completion('x')));
    const parameters = {
      temperature: 0,
      stop: ['END'],
      seed: 7,
      logprobs: 3,
      response_format: { type: 'json_object' },
      extra_body: { top_k: 5, temperature: 1 },
    };
    await teacher.complete({ prompt: 'p', model: 'm', n: 2, parameters });
    await teacher.complete({ messages: [{ role: 'user', content: 'hi' }], model: 'm', parameters });
    const common = { model: 'm', temperature: 1, stop: ['END'], seed: 7, response_format: { type: 'json_object' }, top_k: 5 };
    expect(server.seen.map(({ path, body }) => [path, body])).toEqual([
      ['/v1/completions', { ...common, prompt: 'p', n: 2, logprobs: 3 }],
      ['/v1/chat/completions', { ...common, messages: [{ role: 'user', content: 'hi' }], logprobs: true, top_logprobs: 3 }],
    ]);
    expect(server.seen[0]!.headers.authorization).toBe(`Bearer ${KEY}`);
  });
});

describe('a URL of one API', () => {
  it.each([
    ['/v1/chat/completions', '/v1/completions'],
    ['/v1/completions/', '/v1/completions'],
    ['/v1/models?key=a-long-word', '/v1/completions?key=a-long-word'],
    ['/openai/deployments/x/chat/completions?api-version=1', '/openai/deployments/x/completions?api-version=1'],
    ['/chat/completions', '/completions'],
    ['/', '/v1/completions'],
  ])('%s is that of all', async (given, asked) => {
    const server = await serve((_seen, response) => json(response, completion('x')));
    await teacherAt(new URL(given, server.url).href).complete(request);
    expect(server.seen.map(({ path }) => path)).toEqual([asked]);
  });
});

describe('user and password in the URL', () => {
  it.each([
    ['user:p%40ss', 'user:p@ss'],
    ['user:100%', 'user:100%'],
  ])('%s go as Basic authorization', async (given, meant) => {
    const server = await serve((_seen, response) => json(response, completion('x')));
    await teacherAt(server.url.replace('http://', `http://${given}@`), { apiKey: undefined }).complete(request);
    expect(server.seen[0]!.headers.authorization).toBe(`Basic ${Buffer.from(meant).toString('base64')}`);
  });

  it('are not repeated where the URL is none', () => {
    expect(() => httpTeacher({ url: 'http://user:hidden@host:99999' })).toThrow(/^what --teacher names is not a URL/);
  });
});

describe('what goes wrong', () => {
  it('is told at once of a misspelt option', () => {
    const options = { url: 'http://localhost:8000/v1', apikey: KEY } as unknown as HttpClientOptions;
    expect(() => httpTeacher(options)).toThrow('httpTeacher: option "apikey" is not known; did you mean "apiKey"?');
  });

  it('says at once that a certificate cannot be read', async () => {
    const port = await listening(createTcpServer());
    await expect(teacherAt(`https://127.0.0.1:${port}`, { tls: { cert: 'junk', key: 'junk' } }).complete(request)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('--tls-cert') as string,
    });
  });

  it.each([
    [401, 'teacher-auth', /does not accept the API key.*SDG_API_KEY/],
    [403, 'teacher-auth', /not allowed/],
    [400, 'teacher-refused', /HTTP 400.*the words/],
    [422, 'teacher-refused', /the words/],
    [404, 'teacher-not-found', /--model.*--teacher/],
    [408, 'teacher-overloaded', /cannot answer/],
    [409, 'teacher-overloaded', /cannot answer/],
    [425, 'teacher-overloaded', /cannot answer/],
    [429, 'teacher-overloaded', /fewer calls.*--rpm/],
    [500, 'teacher-overloaded', /HTTP 500/],
    [529, 'teacher-overloaded', /HTTP 529/],
  ])('status %d is %s', async (status, code, message) => {
    const { teacher } = await answered((_seen, response) =>
      json(response, { error: { message: `the words, and ${KEY}` } }, status, { 'retry-after': '3' }),
    );
    const error = await teacher.complete(request).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code, status, message: expect.stringMatching(message) as string, retryAfterMs: 3000 });
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain(KEY);
  });

  it('ends for a quota that is used up, though it comes as 429', async () => {
    const { teacher } = await answered((_seen, response) =>
      json(response, { error: { message: 'You exceeded your quota', code: 'insufficient_quota' } }, 429),
    );
    await expect(teacher.complete(request)).rejects.toMatchObject({
      code: 'teacher-auth',
      message: expect.stringContaining('add credit') as string,
    });
  });

  it('names the models that are served', async () => {
    const { teacher } = await answered((seen, response) =>
      seen.path === '/v1/models'
        ? json(response, { data: [{ id: 'mixtral' }, { id: 'other' }] })
        : json(response, { message: 'no such model' }, 404),
    );
    await expect(teacher.complete(request)).rejects.toThrow(/model "m" is not served by .*; pass --model with one of: mixtral, other/);
  });

  it.each([
    ['OpenAI', { object: 'list', data: [{ id: 'a' }, { id: 'b' }] }],
    ['Together', [{ id: 'a' }, { id: 'b' }]],
    ['Ollama', { models: [{ name: 'a', model: 'a' }, { name: 'b' }] }],
    ['names alone', { data: ['a', 'b'] }],
    ['names without more', ['a', 'b', 7, null]],
    ['llama.cpp, which says it twice', { models: [{ name: 'x' }], data: [{ id: 'a' }, { id: 'b' }] }],
  ])('reads the list of models of %s', async (_server, page) => {
    const { teacher } = await answered((_seen, response) => json(response, page));
    expect((await teacher.models()).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it.each([
    ['Azure', 400, { error: { code: 'content_filter', message: 'the prompt triggered the content management policy' } }],
    ['OpenAI', 400, { error: { code: 'content_policy_violation', message: 'not by our policy' } }],
    ['OpenRouter', 403, { error: { message: 'Your input was flagged', metadata: { reasons: ['violence'] } } }],
    ['DeepSeek', 400, { error: { message: 'Content Exists Risk', type: 'invalid_request_error' } }],
    ['Gemini', 200, { promptFeedback: { blockReason: 'SAFETY' } }],
  ])('gives what a filter stopped as outputs without a word: %s', async (_server, status, body) => {
    const { teacher } = await answered((_seen, response) => json(response, body, status));
    const { choices } = await teacher.complete({ ...request, n: 2 });
    const stopped = {
      text: '',
      finishReason: 'content_filter',
      refusal: expect.stringMatching(/^[^(]*(?:polic|flagged|Risk|SAFETY)/) as string,
    };
    expect(choices).toEqual([stopped, stopped]);
  });

  it('takes no refusal of a parameter for a filter', async () => {
    const { teacher } = await answered((_seen, response) =>
      json(response, { error: { message: 'safety_settings is not a parameter' } }, 400),
    );
    await expect(teacher.complete(request)).rejects.toMatchObject({ code: 'teacher-refused' });
  });

  it('says that nobody listens', async () => {
    const server = await serve(() => undefined);
    await server.stop();
    await expect(teacherAt(server.url).complete(request)).rejects.toMatchObject({
      code: 'teacher-unreachable',
      message: expect.stringMatching(/refuses connections.*start the server/) as string,
    });
  });

  it('says that the other side speaks no HTTP, or TLS where none is spoken', async () => {
    const port = await listening(createTcpServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))));
    await expect(teacherAt(`http://127.0.0.1:${port}/v1`).complete(request)).rejects.toThrow(/does not answer in HTTP/);
    const plain = await serve((_seen, response) => json(response, {}));
    await expect(teacherAt(plain.url.replace('http:', 'https:')).complete(request)).rejects.toThrow(/does not speak TLS.*use http:/);
  });

  it('takes a reply that breaks in its middle for one that was begun', async () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"ch\r\n';
    const port = await listening(createTcpServer((socket) => socket.once('data', () => socket.end(`${head}zz\r\n`))));
    await expect(teacherAt(`http://127.0.0.1:${port}/v1`).complete(request)).rejects.toThrow('connection to the teacher broke');
  });

  it('gives up after its own time limit, in the head as in the body', async () => {
    const { teacher: silent } = await answered(() => undefined, { timeoutMs: 40 });
    await expect(silent.complete(request)).rejects.toMatchObject({
      code: 'teacher-timeout',
      message: expect.stringContaining('--timeout') as string,
    });
    const { teacher: endless } = await answered((_seen, response) => void response.writeHead(200).write('{"choices":'), { timeoutMs: 40 });
    await expect(endless.complete(request)).rejects.toMatchObject({ code: 'teacher-timeout' });
  });

  it('gives up at once when told to', async () => {
    const abort = new AbortController();
    const { teacher } = await answered(() => abort.abort());
    await expect(teacher.complete(request, { signal: abort.signal })).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('reads no more than the bound, told or untold', async () => {
    const big = 'x'.repeat(5000);
    const { teacher } = await answered((_seen, response) => json(response, completion(big)), { maxReplyBytes: 1000 });
    await expect(teacher.complete(request)).rejects.toMatchObject({
      code: 'teacher-reply',
      message: expect.stringContaining('longer than 1000 bytes') as string,
    });
    const { teacher: chunked } = await answered((_seen, response) => void response.writeHead(200).end(JSON.stringify(completion(big))), {
      maxReplyBytes: 1000,
    });
    await expect(chunked.complete(request)).rejects.toMatchObject({ code: 'teacher-reply' });
  });

  it('refuses what is not UTF-8, and what is no URL', async () => {
    const { teacher } = await answered((_seen, response) => void response.writeHead(200).end(Buffer.from([0x7b, 0xff, 0x7d])));
    await expect(teacher.complete(request)).rejects.toMatchObject({
      code: 'teacher-reply',
      message: expect.stringContaining('UTF-8') as string,
    });
    expect(() => httpTeacher({ url: 'localhost' })).toThrow('is not a URL');
    expect(() => httpTeacher({ url: 'ftp://x' })).toThrow('use http:// or https://');
  });
});

describe('headers', () => {
  it('go out with every request, and take the place of the key’s', async () => {
    const { server, teacher } = await answered((_seen, response) => json(response, completion('x')), {
      headers: { 'Api-Key': 'azure-key-123', Authorization: 'Token other-key-123' },
    });
    await teacher.complete(request);
    await teacher.models();
    for (const { headers } of server.seen) {
      expect(headers).toMatchObject({ 'api-key': 'azure-key-123', authorization: 'Token other-key-123' });
    }
  });

  it('are refused where HTTP has no place for them', () => {
    expect(() => httpTeacher({ url: 'http://x', headers: { 'a b': 'c' } })).toThrow('"a b" is not the name of a header');
    expect(() => httpTeacher({ url: 'http://x', headers: { 'api-key': 'line\nbreak' } })).toThrow(/^the header api-key has a character/);
  });
});

describe('proxies', () => {
  /** A proxy that answers calls itself, and opens tunnels to where it is told. */
  async function proxy(refusing = false) {
    const seen: string[] = [];
    const server = createHttpServer((incoming, response) => {
      seen.push(`${incoming.method} ${incoming.url} ${incoming.headers['proxy-authorization'] ?? ''}`.trim());
      if (refusing) json(response, { message: 'no' }, 407);
      else json(response, completion('by the proxy'));
    });
    server.on('connect', (incoming, socket) => {
      seen.push(`CONNECT ${incoming.url}`);
      socket.end(`HTTP/1.1 ${refusing ? 407 : 502} No\r\n\r\n`);
    });
    return { seen, url: `127.0.0.1:${await listening(server)}` };
  }

  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])('%s is asked', async (name) => {
    const { seen, url } = await proxy();
    const teacher = teacherAt('http://teacher.example/v1', { env: { [name]: `http://me:secret-word@${url}` } });
    expect((await teacher.complete(request)).choices[0]!.text).toBe('by the proxy');
    expect(seen).toEqual([`POST http://teacher.example/v1/completions Basic ${Buffer.from('me:secret-word').toString('base64')}`]);
  });

  it('may say 100 Continue unasked, it or the server behind its tunnel', async () => {
    const answer = (_request: unknown, response: ServerResponse): void => {
      response.writeContinue();
      response.writeContinue();
      json(response, completion('HTTP/1.1 100 Continue\r\n\r\nis an answer.'));
    };
    const file = (name: string): string => readFileSync(new URL(`../test-support/tls/${name}`, import.meta.url), 'utf8');
    const secure = createTlsServer({ cert: file('cert.pem'), key: file('key.pem') }, answer);
    const port = await listening(secure);
    const server = createHttpServer(answer);
    server.on('connect', (_incoming, socket) => {
      const behind = connectTo(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        behind.pipe(socket).pipe(behind);
      });
      for (const end of [socket, behind]) end.on('error', () => undefined);
    });
    const proxyUrl = `http://127.0.0.1:${await listening(server)}`;
    onTestFinished(() => [secure, server].forEach((one) => one.closeAllConnections()));
    const through = [
      teacherAt('http://teacher.example/v1', { env: { http_proxy: proxyUrl } }),
      teacherAt(`https://localhost:${port}/v1`, { env: { https_proxy: proxyUrl }, tls: { ca: file('cert.pem') } }),
    ];
    for (const teacher of through) {
      for (const _again of [1, 2]) {
        expect((await teacher.complete(request)).choices[0]!.text).toBe('HTTP/1.1 100 Continue\r\n\r\nis an answer.');
      }
    }
  });

  it('is not asked for hosts of NO_PROXY, nor for https where only HTTP_PROXY is set', async () => {
    const { seen, url } = await proxy();
    const server = await serve((_seen, response) => json(response, completion('straight')));
    const teacher = teacherAt(server.url, { env: { HTTP_PROXY: url, NO_PROXY: 'localhost,127.0.0.1' } });
    expect((await teacher.complete(request)).choices[0]!.text).toBe('straight');
    await expect(teacherAt(server.url.replace('http:', 'https:'), { env: { HTTP_PROXY: url } }).complete(request)).rejects.toThrow(
      /does not speak TLS/,
    );
    expect(seen).toEqual([]);
  });

  it.each(['127.0.0.1', '*', '127.0.0.1:PORT', '0.0.1', 'a.example .0.0.1', '10.0.0.0/8, 127.0.0.0/8'])(
    'is not spoken of for a host of NO_PROXY: %s',
    async (noProxy) => {
      const { url } = await proxy();
      const server = await serve(() => undefined);
      await server.stop();
      const env = { HTTP_PROXY: url, NO_PROXY: noProxy.replace('PORT', new URL(server.url).port) };
      await expect(teacherAt(server.url, { env }).complete(request)).rejects.toThrow(/refuses connections \(http[^,]*\);/);
    },
  );

  it.each(['::1', '[::1]', '[::1]:1', '::/96'])('is not spoken of for an address with colons: %s', async (noProxy) => {
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: noProxy };
    await expect(teacherAt('http://[::1]:1/v1', { env }).complete(request)).rejects.toThrow(/\(http:\/\/\[::1\]:1\/v1\)/);
  });

  it.each([
    ['teacher.example', 'xteacher.example, 127.0.0.1:1, 0.0.0.0/0'],
    ['127.0.0.9:1', '127.0.0.0/29, ::/0, 127.0.0.0/99'],
    ['[::1]:1', '[::1]:2, 0.0.0.0/0, ::2/127'],
  ])('is spoken of for another host: %s of %s', async (host, noProxy) => {
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: noProxy };
    await expect(teacherAt(`http://${host}/v1`, { env }).complete(request)).rejects.toThrow(
      `refuses connections (http://${host}/v1, through the proxy http://127.0.0.1:1)`,
    );
  });

  it('that cannot be reached, or lets nothing through, is named', async () => {
    const { url } = await proxy(true);
    const refused = teacherAt('http://teacher.example/v1', { env: { http_proxy: url } });
    await expect(refused.complete(request)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/the proxy does not let calls through: HTTP 407.*user and password/) as string,
    });
    const tunnel = teacherAt('https://teacher.example/v1', { env: { https_proxy: `http://me:secret-word@${url}` } });
    const error = await tunnel.complete(request).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({
      code: 'config',
      message: expect.stringMatching(/the proxy does not let calls through: HTTP 407.*through the proxy http:\/\/127/) as string,
    });
    expect((error as Error).message).not.toContain('secret-word');
    const gone = await serve(() => undefined);
    await gone.stop();
    await expect(teacherAt('http://teacher.example', { env: { HTTP_PROXY: gone.url } }).complete(request)).rejects.toThrow(
      /refuses connections.*through the proxy/,
    );
    expect(() => httpTeacher({ url: 'http://x', env: { HTTP_PROXY: 'ftp://x' } })).toThrow('HTTP_PROXY is not the URL of a proxy');
  });
});

describe('secrets', () => {
  it('are never taken out of what a model said', async () => {
    const said = 'None of the fields is EMPTY, and the key is sk-very-secret-1234567890.';
    for (const apiKey of ['EMPTY', 'text', 'choices', KEY]) {
      const { teacher } = await answered((_seen, response) => json(response, completion(said)), { apiKey });
      expect((await teacher.complete(request)).choices[0]!.text).toBe(said);
    }
  });

  it('are the values of a query and of headers too', async () => {
    const server = await serve(({ path, headers }, response) =>
      json(response, { error: { message: `no ${path} for ${String(headers['api-key'])}` } }, 400),
    );
    const teacher = teacherAt(`${server.url}/v1?key=SECRET%2B123456&api-version=2024-10-21`, { headers: { 'api-key': 'azure-key-123' } });
    expect(teacher.name).toBe(`${server.url}/v1`);
    const error = await teacher.complete(request).catch(String);
    expect(error).toMatch(/no \/v1\/completions\?key=\[secret\].* for \[secret\]/);
    expect(error).not.toMatch(/SECRET|azure/);
    expect(server.seen[0]!.path).toBe('/v1/completions?key=SECRET%2B123456&api-version=2024-10-21');
  });

  it('are known in JSON and in a URL, and as the header that carries user and password', async () => {
    const echo: Parameters<typeof serve>[0] = ({ headers }, response) => {
      const key = `${String(headers.authorization)} ${String(headers['x-token'])}`;
      return json(response, { error: { message: `${key} ${encodeURIComponent(key)} ${JSON.stringify({ key })}` } }, 400);
    };
    const server = await serve(echo);
    const told = async (url: string, options: Partial<Parameters<typeof httpTeacher>[0]>): Promise<string> =>
      teacherAt(url, options).complete(request).catch(String) as Promise<string>;
    const odd = await told(server.url, { apiKey: 'sk-"quoted"/+x', headers: { 'x-token': 'to"ken/1 part\\two' } });
    expect(odd).toContain('[secret]');
    expect(odd).not.toMatch(/quoted|ken|part|two/);
    const basic = await told(server.url.replace('http://', 'http://me:password@'), { apiKey: undefined });
    expect(basic).toContain('[secret]');
    expect(basic).not.toContain(Buffer.from('me:password').toString('base64'));
  });

  it('carries no header to another host', async () => {
    const other = await serve((_seen, response) => json(response, completion('from elsewhere')));
    const { teacher } = await answered(
      (_seen, response) => void response.writeHead(308, { location: `${other.url}/v1/completions` }).end(),
      { headers: { 'api-key': 'azure-key-123' } },
    );
    await teacher.complete(request);
    expect(JSON.stringify(other.seen)).not.toContain('azure');
  });

  it('does not carry the key to another host', async () => {
    const other = await serve((_seen, response) => json(response, completion('from elsewhere')));
    const { teacher } = await answered(
      (_seen, response) => void response.writeHead(307, { location: `${other.url}/v1/completions` }).end(),
    );
    expect((await teacher.complete(request)).choices[0]!.text).toBe('from elsewhere');
    expect(other.seen).toHaveLength(1);
    expect(JSON.stringify(other.seen)).not.toContain(KEY);
  });

  it('says why another host does not take the call', async () => {
    const other = await serve((_seen, response) => json(response, { error: 'no key' }, 401));
    const { teacher } = await answered(
      (_seen, response) => void response.writeHead(307, { location: `${other.url}/v1/completions` }).end(),
    );
    await expect(teacher.complete(request)).rejects.toMatchObject({
      code: 'teacher-auth',
      message: expect.stringMatching(/redirects to another host, which gets no key: http:\S+\/v1\/completions .*give --teacher/) as string,
    });
  });

  it('carries it within the host, and does not run in circles', async () => {
    const { server, teacher } = await answered((seen, response) =>
      seen.path === '/moved' ? json(response, completion('here')) : void response.writeHead(308, { location: '/moved' }).end(),
    );
    await teacher.complete(request);
    expect(server.seen.at(-1)).toMatchObject({ path: '/moved', headers: { authorization: `Bearer ${KEY}` }, body: { prompt: 'p' } });
    const { teacher: circle } = await answered((_seen, response) => void response.writeHead(302, { location: '/' }).end());
    await expect(circle.complete(request)).rejects.toThrow(/redirects again and again \(HTTP 302, at last to http:\S+\/\) \(http:/);
    const { teacher: nowhere } = await answered((_seen, response) => void response.writeHead(302).end());
    await expect(nowhere.complete(request)).rejects.toThrow(/redirects without saying where/);
  });

  it('takes user and password from the URL, and shows neither', async () => {
    const server = await serve((_seen, response) => json(response, {}, 500));
    const teacher = teacherAt(server.url.replace('http://', 'http://me:pass%2Fword@'), { apiKey: undefined });
    expect(teacher.name).toBe(`${server.url}/v1`);
    const error = await teacher.complete(request).catch(String);
    expect(error).not.toMatch(/me:|pass/);
    expect(server.seen[0]!.headers.authorization).toBe(`Basic ${Buffer.from('me:pass/word').toString('base64')}`);
  });
});

describe('a port that is spoken to without TLS', () => {
  const file = (name: string): string => readFileSync(new URL(`../test-support/tls/${name}`, import.meta.url), 'utf8');

  it('is named where it speaks TLS and says nothing', async () => {
    const server = createTlsServer({ cert: file('cert.pem'), key: file('key.pem') }, (_request, response) => response.end('{}'));
    const port = await listening(server);
    onTestFinished(() => server.closeAllConnections());
    await expect(teacherAt(`http://localhost:${port}/v1`).complete(request)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/speaks TLS at this port.*write https:/) as string,
    });
  });

  it.each([
    ['with the answer', 0],
    ['by itself', 20],
  ])('passes over a 100 Continue that nobody asked for, %s', async (_how, pause) => {
    let connections = 0;
    const { server, teacher } = await answered((_seen, response) => {
      response.writeContinue();
      response.writeContinue();
      setTimeout(() => json(response, completion('HTTP/1.1 100 Continue\r\n\r\nis an answer.')), pause);
    });
    server.onConnection(() => connections++);
    for (const _again of [1, 2]) {
      const { choices } = await teacher.complete(request);
      expect(choices[0]!.text).toBe('HTTP/1.1 100 Continue\r\n\r\nis an answer.');
    }
    expect(connections).toBe(1);
  });

  it('is waited for where it only breaks off', async () => {
    const broken = await listening(createTcpServer((socket) => socket.once('data', () => socket.destroy())));
    const error = {
      code: 'teacher-unreachable',
      isRetryable: true,
      message: expect.stringMatching(/broke: it was closed before/) as string,
    };
    await expect(teacherAt(`http://127.0.0.1:${broken}/v1`).complete(request)).rejects.toMatchObject(error);
  });
});

describe('JSON that a server does not pass', () => {
  const failed = (text: string, message = 'Failed to generate JSON.'): object => ({
    error: { message, type: 'invalid_request_error', code: 'json_validate_failed', failed_generation: text },
  });
  const checked = { ...request, contract: { columns: ['a'], schema: { type: 'object' } } };

  it.each([
    [failed('{"a": 1,}'), 'stop'],
    [failed('{"a": [1', 'max completion tokens reached before generating a valid document'), 'length'],
  ])('is an answer to a block that checks it, and to no other: %j', async (body, end) => {
    const { teacher } = await answered((_seen, response) => json(response, body, 400));
    const { choices, usage } = await teacher.complete(checked);
    expect([choices.length, choices[0]!.text.startsWith('{"a": '), choices[0]!.finishReason, usage.estimated]).toEqual([
      1,
      true,
      end,
      true,
    ]);
    await expect(teacher.complete(request)).rejects.toMatchObject({ code: 'teacher-reply', isRetryable: true });
  });

  it('is a fault where nothing was written', async () => {
    const { teacher } = await answered((_seen, response) => json(response, failed(''), 400));
    await expect(teacher.complete(checked)).rejects.toMatchObject({ code: 'teacher-reply', status: 400 });
    const { teacher: broken } = await answered((_seen, response) => void response.writeHead(400).end('json_validate_failed'));
    await expect(broken.complete(checked)).rejects.toMatchObject({ status: 400 });
  });
});

describe('TLS', () => {
  const file = (name: string): string => readFileSync(new URL(`../test-support/tls/${name}`, import.meta.url), 'utf8');
  const start = async (): Promise<string> => {
    const server = createTlsServer({ cert: file('cert.pem'), key: file('key.pem') }, (_request, response) =>
      json(response, completion('safe')),
    );
    const port = await listening(server);
    onTestFinished(() => server.closeAllConnections());
    return `https://localhost:${port}/v1`;
  };

  it('is verified, unless told otherwise', async () => {
    const url = await start();
    await expect(teacherAt(url).complete(request)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/cannot be trusted.*--tls-ca/) as string,
    });
    expect((await teacherAt(url, { tls: { ca: file('cert.pem') } }).complete(request)).choices[0]!.text).toBe('safe');
    const SSL_CERT_FILE = new URL('../test-support/tls/cert.pem', import.meta.url).pathname;
    expect((await teacherAt(url, { env: { SSL_CERT_FILE } }).complete(request)).choices[0]!.text).toBe('safe');
    expect(() => teacherAt(url, { env: { SSL_CERT_FILE: '/nowhere' } })).toThrow(/SSL_CERT_FILE: cannot read \/nowhere/);
    expect((await teacherAt(url, { tls: { insecure: true } }).complete(request)).choices[0]!.text).toBe('safe');
  });
});
