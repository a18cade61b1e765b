import { defineCommand } from '../command.js';

export default defineCommand({
  name: 'mcp',
  summary: 'let an assistant use these commands, by the Model Context Protocol',
  usage: ['[options]'],
  description:
    `Serves tools on stdin and stdout: lint, read, plan, preview, run, mix and report, each a command of this program with its options ` +
    `as arguments. Paths are relative to the folder in which it was started; keys of teachers come from the environment.

It needs @modelcontextprotocol/sdk, which is optional: npm install @modelcontextprotocol/sdk@1.32.2.`,
  flags: [],
  positionals: { max: 0, name: 'ARGUMENT' },
  examples: [['claude mcp add sdg -- sdg mcp', 'tell a coding assistant of it']],
  run: async (invocation) => (await import('../mcp/run-mcp.js')).runMcp(invocation),
});
