import type { Flag, Invocation } from '../command.js';
import { embedderFlags } from '../embedder-flags.js';

/** The flags of `sdg report`. */
export const reportFlags = [
  {
    name: 'output',
    short: 'o',
    value: 'FILE',
    default: 'report.html in the folder of the run',
    help: 'where to write the page; - for stdout',
  },
  { name: 'serve', help: 'show it in the browser, made anew as the run goes on' },
  { name: 'port', value: 'N', type: 'integer', min: 0, default: '0, any free one', help: 'with --serve: the port, on this machine alone' },
  ...embedderFlags,
] as const satisfies readonly Flag[];

/** The flags of `sdg trace`. */
export const traceFlags = [
  { name: 'run-dir', value: 'DIR', help: 'folder of the run that made the row' },
  { name: 'cache', value: 'DIR', default: 'that of the run', help: 'call cache to look in for what a large run has the names of alone' },
  { name: 'format', value: 'text|json', choices: ['text', 'json'], default: 'text', help: 'for people or for programs' },
] as const satisfies readonly Flag[];

export type ReportInvocation = Invocation<typeof reportFlags>;
export type TraceInvocation = Invocation<typeof traceFlags>;
