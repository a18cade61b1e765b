import { commonFlags, type Flag } from '../command.js';
import { settingFlags, teacherFlags } from '../teacher-flags.js';

/** What may stand in a config file: the flags of every command that asks a teacher, and the seed. */
export const configFlags: readonly Flag[] = [...teacherFlags, ...settingFlags, commonFlags[0]];

/** `max_concurrency`, as files spell `--max-concurrency`. */
export const fieldOf = (flag: string): string => flag.replaceAll('-', '_');

function valueSchema({ value, type = 'text', choices, min, multiple }: Flag): object {
  if (value === undefined) return { type: 'boolean' };
  const one = choices
    ? { enum: choices }
    : type === 'text'
      ? { type: ['string', 'integer'] }
      : { type, ...(min !== undefined && { minimum: min }) };
  return multiple ? { anyOf: [one, { type: 'array', items: one }] } : one;
}

/** JSON Schema of `sdg.config.yaml`, made of the flag tables. */
export const configSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Settings of sdg (sdg.config.yaml)',
  type: 'object',
  properties: Object.fromEntries(
    configFlags.map((flag) => {
      const description = `${flag.help}${flag.more ? `. ${flag.more}` : ''}`;
      return [fieldOf(flag.name), { ...valueSchema(flag), description }];
    }),
  ),
  additionalProperties: false,
};
