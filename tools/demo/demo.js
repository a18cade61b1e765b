// Runs the three commands as one pipe on the taxonomy in e2e/, with the offline teacher unless SDG_TEACHER names
// another or --teacher does, and shows what came out. Usage: node tools/demo/demo.js [OUTPUT-FOLDER] [--teacher ADDRESS] [--model ID]
import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ndjson from 'ndjson';
import { showLeaves, showRows } from './show.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const taxonomy = join(root, 'e2e/taxonomy');
const { values: asked, positionals } = parseArgs({
  options: { teacher: { type: 'string' }, model: { type: 'string' } },
  allowPositionals: true,
});
const teacher = Object.entries(asked).flatMap(([name, value]) => [`--${name}`, value]);
const address = asked.teacher ?? process.env.SDG_TEACHER ?? process.env.OPENAI_BASE_URL;
// A model in the process writes one output after the other, some ten tokens a second: all of the demo would take it a night.
const isLocal = address?.startsWith('llama:') ?? false;
const SMALL = { outputs: 3, tokens: 160 };
const output = resolve(positionals[0] ?? join(root, 'demo-output'));
const here = (path) => relative(process.cwd(), path) || '.';
const say = (text = '') => process.stdout.write(`${text}\n`);

function start(command, args, stdin) {
  const child = spawn(process.execPath, [join(root, 'packages/cli/bin', `${command}.js`), ...args], { stdio: [stdin, 'pipe', 'inherit'] });
  return { command, child, ended: once(child, 'close').then(([code]) => code) };
}

/** Copies one stream into others, as tee does, until each has it all or has gone. */
const tee = (from, ...targets) =>
  Promise.all(
    targets.map((target) => {
      const done = new Promise((resolve) => target.once('close', resolve));
      // A stage that ends early closes its pipe; its exit code tells whether that was an error.
      target.on('error', () => target.destroy());
      target.once('close', () => {
        from.unpipe(target);
        from.resume();
      });
      from.pipe(target);
      return done;
    }),
  );

/** Of the lines of a stream the first one of each leaf. */
async function* oneOfEachLeaf(stream) {
  const seen = new Set();
  for await (const line of createInterface({ input: stream })) {
    const { leaf_node_path: leaf } = JSON.parse(line);
    if (!seen.has(leaf)) yield `${line}\n`;
    seen.add(leaf);
  }
}

/** Flags that have a model in the process write little; says so. */
async function writeLittle() {
  const config = join(output, 'small.yaml');
  await writeFile(config, `blocks:\n  "gen_*": {gen_kwargs: {max_tokens: ${SMALL.tokens}}}\n`);
  say(`
The model runs in this process, so the demo takes one seed of each leaf, ${SMALL.outputs} outputs a seed of at most
${SMALL.tokens} tokens, and the pipeline simple alone. The first Ctrl-C stops it at once; every output that is
written is kept in ${here(join(output, 'calls'))}.`);
  return ['--num-instructions', String(SMALL.outputs), '--config', config];
}

async function runPipe(pipeline) {
  const generated = join(output, `generated-${pipeline}.jsonl`);
  const train = join(output, `train-${pipeline}.jsonl`);
  const runArgs = [pipeline, '--cache', join(output, 'calls'), '--rejects', join(output, `rejects-${pipeline}.jsonl`), ...teacher];
  const little = isLocal ? await writeLittle() : [];
  const shown = isLocal ? ` --num-instructions ${SMALL.outputs} --config ${here(little.at(-1))}` : '';
  say(`\n$ sdg-read ${here(taxonomy)} | sdg-run ${pipeline}${shown} | sdg-mix > ${here(train)}`);

  const read = start('sdg-read', [taxonomy], 'ignore');
  const run = start('sdg-run', [...runArgs, ...little], 'pipe');
  const mix = start('sdg-mix', [], 'pipe');
  const [trainFile, generatedFile] = [createWriteStream(train), createWriteStream(generated)];
  await Promise.all([
    tee(isLocal ? Readable.from(oneOfEachLeaf(read.child.stdout)) : read.child.stdout, run.child.stdin),
    tee(run.child.stdout, mix.child.stdin, generatedFile),
    tee(mix.child.stdout, trainFile),
  ]);

  for (const { command, ended } of [read, run, mix]) {
    const code = await ended;
    if (code !== 0) throw new Error(`${command} ended with exit code ${code}`);
  }
  // The parser's streams are of an older kind, which cannot be gathered by themselves.
  const lines = (file) => new Readable({ objectMode: true }).wrap(createReadStream(file).pipe(ndjson.parse())).toArray();
  const [samples, rows] = [await lines(generated), await lines(train)];
  if (samples.length === 0 || rows.length === 0) throw new Error(`the pipeline ${pipeline} made no rows`);
  say(`\n${samples.length} samples, ${rows.length} training rows. By leaf:\n`);
  say(showLeaves(samples, rows));
  say(`\nOne row of each kind:\n`);
  say(showRows(rows));
  return train;
}

try {
  await mkdir(output, { recursive: true });
  const files = [];
  for (const pipeline of isLocal ? ['simple'] : ['simple', 'full']) files.push(await runPipe(pipeline));
  say(`
The training files, one JSON object a line:
${files.map((file) => `  ${here(file)}`).join('\n')}
What went into them is beside them: generated-*.jsonl, and rejects-*.jsonl with reasons.
`);
  if (!address) {
    say(`These rows are not worth training on: the offline teacher only rearranges the text that it is given.
Name a real teacher, any OpenAI-compatible server, by a flag or in the environment:

  sdg-read taxonomy/ | sdg-run full --teacher http://localhost:8000/v1 --model NAME | sdg-mix > train.jsonl
  SDG_TEACHER=http://localhost:8000/v1 SDG_MODEL=NAME npm run demo

  vLLM http://localhost:8000/v1 · llama.cpp http://localhost:8080/v1 · Ollama http://localhost:11434/v1
  A hosted service: its URL, and the key in SDG_API_KEY.
`);
  }
} catch (error) {
  process.stderr.write(`demo: ${error.message}\n`);
  process.exitCode = 1;
}
