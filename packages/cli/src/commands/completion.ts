import { defineCommand } from '../command.js';

export default defineCommand({
  name: 'completion',
  summary: 'write a script that completes the commands and their options in your shell',
  usage: ['bash|zsh|fish'],
  description:
    `The script knows every command, option and value that has a fixed set of words, and completes files and folders where ` +
    `they belong. It is made of the same tables as this help.

bash: put the line of the example into ~/.bashrc. zsh: into ~/.zshrc, after compinit. fish: into ~/.config/fish/config.fish.`,
  flags: [],
  positionals: { min: 1, max: 1, name: 'SHELL', words: ['bash', 'zsh', 'fish'] },
  examples: [
    ['source <(sdg completion bash)', 'in bash'],
    ['source <(sdg completion zsh)', 'in zsh'],
    ['sdg completion fish | source', 'in fish'],
  ],
  run: async (invocation) => (await import('../completion/run-completion.js')).runCompletion(invocation),
});
