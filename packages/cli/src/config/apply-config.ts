import type { CommandTable } from '../command.js';
import { flagsOf, type Parsed } from '../frame/parse-flags.js';
import type { ConfigSetting } from './read-config.js';

/** What no longer says anything where another flag was given on the command line. */
const CONTRADICTS: Readonly<Record<string, readonly string[]>> = {
  cache: ['no-cache'],
  'no-cache': ['cache', 'replay'],
  replay: ['no-cache'],
};

/** A command line with the settings of config files where neither it nor the environment says anything. */
export function applyConfig(command: CommandTable, parsed: Parsed, settings: ReadonlyMap<string, ConfigSetting>): Parsed {
  const flags: Record<string, unknown> = { ...parsed.flags };
  const fromEnv: Record<string, string> = { ...parsed.fromEnv };
  for (const flag of flagsOf(command)) {
    const setting = [flag.name, ...(flag.aliases ?? [])].map((name) => settings.get(name)).find(Boolean);
    if (!setting || flags[flag.name] !== undefined || setting.value === false) continue;
    if (CONTRADICTS[flag.name]?.some((other) => parsed.flags[other] !== undefined)) continue;
    flags[flag.name] = setting.value;
    fromEnv[flag.name] = setting.from;
  }
  return { ...parsed, flags, fromEnv };
}
