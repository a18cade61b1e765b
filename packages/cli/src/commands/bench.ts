import { benchFlags } from '../bench/bench-flags.js';
import { defineCommand } from '../command.js';

export default defineCommand({
  name: 'bench',
  summary: 'find out how much load a teacher server takes',
  usage: ['--teacher URL [options] > report.md'],
  description:
    `Doubles the calls in flight until the server gets no faster, then measures each setting, and --concurrency auto among ` +
    `them, in several rounds. The report says how many calls and tokens a second come back, how long they take, and which ` +
    `setting to use.

It makes real calls and keeps none of the replies. With the defaults a server that gets no faster beyond 32 calls in flight ` +
    `gets about 5,000 of them; --rounds, --calls-per-slot and --max-concurrency make it fewer.`,
  flags: benchFlags,
  positionals: { max: 0, name: 'argument' },
  examples: [
    ['sdg bench -t http://localhost:8000/v1 > report.md', 'which --concurrency suits my server?'],
    ['sdg bench -t http://localhost:8000/v1 --json new.json --compare old.json', 'did the new version of the server help?'],
    ['sdg bench -t https://api.example.com/v1 --rounds 1 --max-concurrency 16', 'a quick look at a server that costs money'],
  ],
  run: async (invocation) => (await import('../bench/run-bench.js')).runBench(invocation),
});
