// Runs every example of every block with sdg-run: the config as a pipeline file with the files that it names, the input
// as seeds, and a server on loopback that gives the replies in their order. All in one process, since each by itself
// would take most of its time to start.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { commands, parseFlags } from '@sdg/cli/in-process';

const [{ default: blocks }, { default: run }] = await Promise.all([commands.blocks(), commands.run()]);

const lines = (values) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** What a command writes to stdout, run as its process would. */
async function outputOf(command, argv) {
  const { flags, fromEnv, positionals } = parseFlags(command, argv, {});
  const stdout = new PassThrough();
  const written = text(stdout);
  const stderr = new PassThrough().resume();
  const complain = (line) => line.includes(' warning: ') || process.stderr.write(`${line}\n`);
  const name = command.name;
  const interrupted = new globalThis.AbortController().signal;
  const code = await command.run({
    name,
    flags,
    fromEnv,
    positionals,
    env: {},
    stdin: process.stdin,
    stdout,
    stderr,
    say() {},
    complain,
    redirect() {},
    interrupted,
  });
  stdout.end();
  if (code) process.stderr.write(`${argv.join(' ')}: exit ${code}\n`);
  return written;
}

let replies = [];
const server = createServer((request, response) => {
  text(request).then((body) => {
    if (!/\/(?:chat\/completions|embeddings)$/.test(request.url)) {
      return response.end(JSON.stringify({ object: 'list', data: [{ id: 'example', object: 'model' }] }));
    }
    if (request.url.endsWith('/embeddings')) {
      const { input } = JSON.parse(body);
      const vectorOf = (text) => (/river|stream/.test(text) ? [1, 0] : [0, 1]);
      const data = input.map((one, index) => ({ object: 'embedding', index, embedding: vectorOf(one) }));
      return response.end(JSON.stringify({ object: 'list', data, model: 'example', usage: { prompt_tokens: 1, total_tokens: 1 } }));
    }
    // Which API there is, is asked with a request that says nothing.
    if (!JSON.parse(body).messages?.length) {
      response.statusCode = 400;
      return response.end(JSON.stringify({ error: { message: 'messages is required' } }));
    }
    const reply = replies.shift();
    const { choices } = typeof reply === 'string' ? { choices: [{ text: reply }] } : reply;
    const choice = ({ text: content, finishReason = 'stop', logprobs }, index) => ({
      index,
      message: { role: 'assistant', content },
      finish_reason: finishReason,
      ...(logprobs && { logprobs: { content: logprobs.map(({ token, logprob, top }) => ({ token, logprob, top_logprobs: top })) } }),
    });
    return response.end(JSON.stringify({ choices: choices.map(choice), usage: { prompt_tokens: 1, completion_tokens: 1 } }));
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const home = await mkdtemp(join(tmpdir(), 'sdg-examples-'));
const types = (await outputOf(blocks, []))
  .trim()
  .split('\n')
  .map((line) => line.split(' ')[0]);
for (const type of types) {
  const { examples } = JSON.parse(await outputOf(blocks, [type, '--format', 'json']));
  for (const [i, { title, config, files = {}, input, output, ...example }] of examples.entries()) {
    const folder = join(home, `${type}-${i}`);
    for (const [file, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), content);
    }
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'seeds.jsonl'), lines(input));
    // JSON is YAML.
    await writeFile(join(folder, 'pipeline.yaml'), JSON.stringify({ version: '1.0', blocks: [{ name: 'example', type, config }] }));
    replies = [...(example.replies ?? [])];
    const rejects = join(folder, 'rejects.jsonl');
    const url = `http://127.0.0.1:${server.address().port}/v1`;
    const teacher = ['-t', url, '-m', 'example', '-c', '1', '--no-cache', '--embedder', url, '--embedding-model', 'example'];
    const got = await outputOf(run, [
      join(folder, 'pipeline.yaml'),
      join(folder, 'seeds.jsonl'),
      '--quiet',
      '--rejects',
      rejects,
      ...teacher,
    ]);
    const samples = got
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .map(({ _sdg, ...columns }) => columns);
    const rejected = (await readFile(rejects, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    process.stdout.write(`# ${type}: ${title}\n${lines(samples)}${lines(rejected.map(({ reason, message }) => ({ reason, message })))}`);
    if (lines(samples) !== lines(output)) process.stdout.write(`but the example says\n${lines(output)}`);
  }
}
await rm(home, { recursive: true });
process.exit(0);
