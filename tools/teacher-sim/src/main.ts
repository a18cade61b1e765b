import { parseArgs } from 'node:util';
import { SdgError } from '@sdg/core';
import type { Answers } from './answers.js';
import { faultKinds, parseFaults } from './faults.js';
import { parseLatency } from './latency.js';
import { servers } from './tell-load.js';
import { startTeacherSim, type TeacherSimOptions } from './start-teacher-sim.js';

const options = {
  port: { type: 'string', value: 'N', help: 'port to listen on (default: any free one)' },
  host: { type: 'string', value: 'ADDRESS', help: 'address to listen on (default: 127.0.0.1)' },
  slots: { type: 'string', value: 'N', help: 'calls worked on at once (default: 32)' },
  overload: { type: 'string', value: 'queue|reject', help: 'what happens to more: they wait, as with vLLM, or get 429 (default: queue)' },
  latency: { type: 'string', value: 'SPEC', help: 'fixed:MS, exponential:MEAN, uniform:FROM,TO, lognormal:MEAN,SIGMA (default: fixed:0)' },
  batch: { type: 'boolean', help: 'work in a batch of at most 256, as vLLM on an H100, in place of slots and latency' },
  tells: { type: 'string', value: 'SERVER', help: 'vllm, sglang, llamacpp or tgi: tell what can be taken on the pages of such a server' },
  answers: {
    type: 'string',
    value: 'offline|hash',
    help: 'the offline teacher’s answers, or words from a hash: next to no work (default: offline)',
  },
  faults: {
    type: 'string',
    value: 'RULES',
    help: 'KIND=RATE, KIND@FROM-TO (calls by number), KIND%EVERY/LENGTH (bursts), comma-separated',
  },
  model: { type: 'string', multiple: true, value: 'ID', help: 'model to serve; may be given several times (default: sim)' },
  'owned-by': {
    type: 'string',
    value: 'NAME',
    help: 'what the list of models says runs them: vllm, library for Ollama, … (default: vllm)',
  },
  'api-key': { type: 'string', value: 'KEY', help: 'key that clients must send; for tests, so no secret' },
  'max-choices': { type: 'string', value: 'N', help: 'most choices of one reply, whatever n says' },
  'chat-only': { type: 'boolean', help: 'have no completions API' },
  'retry-after': { type: 'string', value: 'SECONDS', help: 'Retry-After of calls turned away and of the fault 429-retry-after' },
  seed: { type: 'string', value: 'N', help: 'seed of latencies, faults and answers (default: 42)' },
  for: { type: 'string', value: 'SECONDS', help: 'exit after this long (default: when stdin is closed)' },
  help: { type: 'boolean', short: 'h', help: 'this text' },
} as const;

function help(): string {
  const lines = Object.entries(options).map(([name, option]) => {
    const value = 'value' in option ? ` ${option.value}` : '';
    return `  --${`${name}${value}`.padEnd(26)} ${option.help}`;
  });
  const kinds = Object.entries(faultKinds).map(([kind, { summary }]) => `  ${kind.padEnd(18)} ${summary}`);
  return `teacher-sim: an OpenAI-compatible server with slots, latencies and faults

usage: teacher-sim [options]

Prints its base URL as the first line of stdout, serves until stdin is closed or --for has passed, and
prints its statistics as JSON at the end. GET /stats gives the same at any time.

${lines.join('\n')}

faults:
${kinds.join('\n')}

examples:
  teacher-sim --slots 32 --latency lognormal:200,0.8
  teacher-sim --port 8000 --overload reject --slots 8 --for 600
  teacher-sim --faults 500=0.01,reset=0.01,401@5000-
`;
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new SdgError('usage', `--${name} ${text}: not a number`);
  return value;
}

function oneOf<T extends string>(name: string, text: string | undefined, allowed: readonly T[]): T | undefined {
  if (text === undefined || (allowed as readonly string[]).includes(text)) return text as T | undefined;
  throw new SdgError('usage', `--${name} ${text}: expected one of ${allowed.join(', ')}`);
}

/** Resolves when the server shall end: time is up, stdin is closed, or a signal came. */
function untilTheEnd(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    // A timer that is left would keep the process alive after a signal.
    const timer = seconds === undefined ? undefined : setTimeout(resolve, seconds * 1000);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (clearTimeout(timer), resolve()));
    if (seconds === undefined) {
      process.stdin
        .once('end', () => resolve())
        .once('close', () => resolve())
        .resume();
    }
  });
}

/** The command. Gives the exit code: 0, or 2 for wrong usage. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) {
      process.stdout.write(help());
      return 0;
    }
    const simOptions: Record<keyof TeacherSimOptions, unknown> = {
      port: numberOf('port', values.port),
      host: values.host,
      slots: numberOf('slots', values.slots),
      overload: oneOf('overload', values.overload, ['queue', 'reject']),
      batch: values.batch ? {} : undefined,
      tells: oneOf('tells', values.tells, servers),
      latency: values.latency === undefined ? undefined : parseLatency(values.latency),
      answers: oneOf<Answers>('answers', values.answers, ['offline', 'hash']),
      faults: values.faults === undefined ? undefined : parseFaults(values.faults),
      models: values.model,
      apiKey: values['api-key'],
      ownedBy: values['owned-by'],
      maxChoices: numberOf('max-choices', values['max-choices']),
      chatOnly: values['chat-only'],
      retryAfter: numberOf('retry-after', values['retry-after']),
      seed: numberOf('seed', values.seed),
      slowMs: undefined,
      hugeMegabytes: undefined,
      onService: undefined,
    };
    const seconds = numberOf('for', values.for);
    const given = Object.fromEntries(Object.entries(simOptions).filter(([, value]) => value !== undefined)) as TeacherSimOptions;
    const sim = await startTeacherSim(given);
    // Listening before the line is out: whoever reads it may send a signal at once.
    const end = untilTheEnd(seconds);
    process.stdout.write(`${sim.url}\n`);
    await end;
    process.stdout.write(`${JSON.stringify(sim.stats())}\n`);
    await sim.close();
    process.stdin.destroy();
    return 0;
  } catch (error) {
    if (
      error instanceof SdgError ||
      (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') ||
      (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    ) {
      process.stderr.write(`teacher-sim: ${(error as Error).message}; see teacher-sim --help\n`);
      return 2;
    }
    throw error;
  }
}
