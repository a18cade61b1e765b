import type { Flag } from '../command.js';

/** Flags of the commands that judge taxonomies. */
export const findingFlags = [
  {
    name: 'format',
    value: 'text|github|json',
    choices: ['text', 'github', 'json'],
    default: 'text; github inside GitHub Actions',
    help: 'how findings are written',
    more: 'json: one object a line.',
  },
  {
    name: 'yaml-rules',
    value: 'FILE',
    help: "rules for the look of the YAML, in yamllint's format",
    more: 'Takes the place of the rules of InstructLab.',
  },
  { name: 'foundational', help: 'read the folder foundational_skills, too' },
  { name: 'attribution', help: 'ask for an attribution.txt beside every qna.yaml, as the public taxonomy does' },
] as const satisfies readonly Flag[];

/** Flags on the documents of knowledge leaves. */
export const documentFlags = [
  {
    name: 'allow-repo',
    value: 'PATTERN',
    multiple: true,
    help: 'allow document repositories that match this glob',
    more: 'https, ssh and git addresses and folders within the taxonomy need no permission; http and file: addresses and other folders do.',
  },
  {
    name: 'document-cache',
    value: 'DIR',
    default: 'sdg/repositories under the XDG cache folder',
    help: 'where fetched repositories are kept',
  },
  {
    name: 'max-repo-size',
    value: 'MB',
    type: 'integer',
    min: 1,
    default: '1000',
    help: 'give up on document repositories larger than this',
  },
] as const satisfies readonly Flag[];
