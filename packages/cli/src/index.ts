/** What the programs of `bin/` start with. Whatever a command needs to do its work is loaded when it runs. */
export { commands } from './commands/index.js';
export { main } from './frame/main.js';
export { umbrella } from './frame/umbrella.js';
