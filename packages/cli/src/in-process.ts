/** What it takes to run commands inside a process, many in one, as the end-to-end tests do. */
export { commands } from './commands/index.js';
export { parseFlags } from './frame/parse-flags.js';
export { reportError } from './frame/report.js';
