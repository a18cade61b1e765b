import { sumOf } from '@sdg/core';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchContext } from '../context.js';
import { installPeers } from '../install-peers.js';
import { LLAMA_SERVER, withServer } from '../peers/with-server.js';
import { atLeast, atMost, higher, lower, type Measured, missing, type Suite } from '../suite.js';

/** What tools/fetch/llama.js has fetched for the tests. */
const cached = (path: string): string => fileURLToPath(new URL(`../../../../.cache/${path}`, import.meta.url));
const modules = cached('llama/node_modules');
const entry = (folder: string): string => `${folder}/node-llama-cpp/dist/index.js`;
const model = cached('smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');

/** As the teacher computes by itself: a core fewer than there are. And on all, as it does where it is told to. */
const ALL = availableParallelism();
const THREADS = Math.max(1, ALL - 1);
const MAX_TOKENS = 96;
const PROMPTS = [
  'The river begins in the mountains, where the snow of the winter melts in May. From there it',
  'Bread needs flour, water, salt and time. First the baker',
  'A map is a drawing of a place, seen from above. The oldest ones',
  'Bees tell each other where flowers are. A bee that has found some',
];
const ratio = (one: readonly number[], other: readonly number[]): number[] => one.map((value, i) => value / other[i]!);

/** The build of ggml, among those that node-llama-cpp picks from, with the instructions that the wheel of the server was compiled for. */
const PLAIN = 'libggml-cpu-haswell.so';

/**
 * A copy of node-llama-cpp that computes by AVX2 alone, as the server does: wider registers add up in another order, and where two tokens
 * are almost as likely, another one comes first.
 * @param modules the `node_modules` that hold the library
 * @param into where the copy goes
 * @returns its `node_modules`; undefined where the platform has no such build
 */
function plainLlama(modules: string, into: string): string | undefined {
  if (!existsSync(join(modules, '@node-llama-cpp/linux-x64/bins/linux-x64', PLAIN))) return undefined;
  const isOther = (file: string): boolean => basename(file).startsWith('libggml-cpu-') && basename(file) !== PLAIN;
  cpSync(modules, into, { recursive: true, filter: (file) => !isOther(file) });
  return into;
}

interface Written {
  readonly texts: readonly string[];
  readonly tokens: number;
  readonly seconds: number;
}

/** What a server writes after the prompts, one after the other, the first of them before time counts. */
async function askServer(url: string): Promise<Written> {
  const complete = async (prompt: string) => {
    const body = JSON.stringify({ prompt, max_tokens: MAX_TOKENS, temperature: 0, cache_prompt: false });
    const response = await fetch(`${url}/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return (await response.json()) as { choices: [{ text: string }]; usage: { completion_tokens: number } };
  };
  await complete(PROMPTS[0]!);
  const startedAt = performance.now();
  const replies = [];
  for (const prompt of PROMPTS) replies.push(await complete(prompt));
  return {
    texts: replies.map(({ choices }) => choices[0].text),
    tokens: sumOf(replies, ({ usage }) => usage.completion_tokens),
    seconds: (performance.now() - startedAt) / 1000,
  };
}

type Sides = Record<'ours' | 'theirs' | 'plain', Written[]>;
const speed = (all: readonly Written[]): number[] => all.map(({ tokens, seconds }) => tokens / seconds);

/** The teacher, the server, and the teacher with the server's instructions, in turn, with so many threads each. */
const compare = (context: BenchContext, python: string, threads: number, plain: string | undefined): Promise<Sides> =>
  withServer(python, ['llama_server', model, '1', String(threads)], (url) => {
    const input = { model, threads, prompts: PROMPTS, maxTokens: MAX_TOKENS };
    const ours = (folder: string) => context.task('local-tokens', { ...input, library: entry(folder) });
    return context.rounds<keyof Sides, Written>({
      theirs: () => askServer(url),
      ours: () => ours(modules),
      plain: () => ours(plain ?? modules),
    });
  });

async function* teachers(context: BenchContext): AsyncGenerator<Measured> {
  const title = 'tokens a second of the teacher in the process';
  if (!existsSync(entry(modules)) || !existsSync(model)) {
    return yield missing('local.tokens', title, 'node-llama-cpp or the model is not there: node tools/fetch/llama.js');
  }
  const installed = context.peers ? await installPeers(context, 'llama-cpp-alone', [LLAMA_SERVER], true) : undefined;
  if (!installed || 'reason' in installed) return yield missing('local.tokens', title, installed?.reason ?? '--no-peers');
  const plain = plainLlama(modules, context.path('local', 'plain', 'node_modules'));
  const { ours, theirs, plain: same } = await compare(context, installed.python, THREADS, plain);
  const note = installed.versions;
  yield higher('local.tokens', title, '/s', speed(ours));
  yield higher('local.server', 'tokens a second of llama.cpp’s server', '/s', speed(theirs), note);
  yield higher('local.ratio', 'the teacher in the process against the server', '×', ratio(speed(ours), speed(theirs)));
  if (plain !== undefined) {
    const title = 'the same with the instructions of the server';
    yield higher('local.plain', title, '×', ratio(speed(same), speed(theirs)));
  }
  const other = PROMPTS.filter((_, i) => new Set([...same, ...theirs].map(({ texts }) => texts[i])).size > 1).length;
  yield lower('local.other', `of ${PROMPTS.length} texts at temperature 0 those that were not the same`, '', [other]);
  if (ALL === THREADS) return;
  const all = await compare(context, installed.python, ALL, plain);
  const words = `with ${ALL} threads, on every core, against the server with as many`;
  yield higher('local.all', words, '×', ratio(speed(all.ours), speed(all.theirs)));
}

export const local: Suite = {
  name: 'local',
  title: 'A model in the process',
  minutes: 5,
  about: () =>
    `SmolLM2-135M-Instruct (Q4_1) by \`llama:\` and by llama.cpp’s own server, on the same file, one sequence, in turn: ` +
    `${PROMPTS.length} prompts, ${MAX_TOKENS} tokens each at temperature 0, without what either has kept of a prompt. Both compute with ` +
    `as many threads: a core fewer than there are, the default of the teacher (${THREADS} here), and then with all. Texts are ` +
    'compared on the instructions that the server’s wheel was compiled for (AVX2), since wider ones round otherwise. ' +
    'And a static model of 30,000 words by 256 dimensions on texts of 40 words.',
  targets: {
    'local.ratio': atLeast(0.9, 'issue 20', 'tokens a second at least 0.9 of llama.cpp’s own server'),
    'local.other': atMost(0, 'issue 20', 'at temperature 0 both write the same text'),
    'local.static': atLeast(1500, 'issue 20', 'at least 1,500 texts a second of CPU'),
  },
  async *run(context) {
    const texts = context.size(20_000, 500);
    const folder = context.path('local', 'static', 'model.safetensors').replace(/[^/\\]+$/, '');
    mkdirSync(folder, { recursive: true });
    const output = await context.task('embed-texts', { texts, folder });
    yield higher('local.static', 'texts a second of CPU by a static model', '/s', [texts / output.cpuS]);
    yield* teachers(context);
  },
};
