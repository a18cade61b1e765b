/** What the programs of `bin/` start with. Imports nothing but this: whatever a command needs is loaded when it runs. */
export { commands } from './commands/index.js';
export { main } from './frame/main.js';
export { umbrella } from './frame/umbrella.js';
