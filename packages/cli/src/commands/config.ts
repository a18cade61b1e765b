import { defineCommand, type Flag, type Invocation, toggle } from '../command.js';
import { settingFlags, teacherFlags } from '../teacher-flags.js';

const configCommandFlags = [
  ...teacherFlags,
  ...settingFlags,
  toggle('json', 'one JSON object, for programs'),
] as const satisfies readonly Flag[];

export type ConfigInvocation = Invocation<typeof configCommandFlags>;

export default defineCommand({
  name: 'config',
  summary: 'show which settings are in force, and where they come from',
  usage: ['[options]'],
  description:
    `What is said of the teacher on every command line may stand in a file once: sdg.config.yaml in this folder or one above ` +
    `it, and config.yaml under sdg in the XDG config folder for all folders. Its fields are the options below, with _ in ` +
    `place of -. Paths in it are relative to it.

The command line goes first, then the environment, then .env in this folder, then sdg.config.yaml, then the user's file, then ` +
    `the defaults. Keys stand in no config file, but in SDG_API_KEY (of .env, say) or in the file that api_key_file names; ` +
    `they are never shown.`,
  flags: configCommandFlags,
  positionals: { max: 0, name: 'argument' },
  examples: [
    ['sdg config', 'all settings and their origins'],
    ['sdg config -t http://localhost:8000/v1', 'what would hold with this option'],
  ],
  run: async (invocation) => (await import('../config/run-config.js')).runConfig(invocation),
});
