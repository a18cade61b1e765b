import { text } from 'node:stream/consumers';
import { usageNow } from '../usage-hook.js';
import { tasks, type TaskName } from './index.js';

// Whoever asked is gone, interrupted say: nobody waits for the answer.
process.once('disconnect', () => process.exit(1));

const name = process.argv[2] as TaskName;
const { default: task } = await tasks[name]();
const output = await (task as (input: unknown) => Promise<unknown>)(JSON.parse(await text(process.stdin)));
process.stdout.write(`${JSON.stringify({ output, usage: usageNow() })}\n`, () => process.exit(0));
