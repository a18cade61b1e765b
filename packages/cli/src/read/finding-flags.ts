import { choice, type Flag, text, toggle, whole } from '../command.js';

/** Flags of the commands that judge taxonomies. */
export const findingFlags = [
  choice('format', ['text', 'github', 'json'], 'how findings are written', {
    default: 'text; github inside GitHub Actions',
    more: 'json: one object a line.',
  }),
  text('yaml-rules', 'FILE', "rules for the look of the YAML, in yamllint's format", {
    more: 'Takes the place of the rules of InstructLab.',
  }),
  toggle('foundational', 'read the folder foundational_skills, too'),
  toggle('attribution', 'ask for an attribution.txt beside every qna.yaml, as the public taxonomy does'),
] as const satisfies readonly Flag[];

/** Flags on the documents of knowledge leaves. */
export const documentFlags = [
  text('allow-repo', 'PATTERN', 'allow document repositories that match this glob', {
    multiple: true,
    more: 'https, ssh and git addresses and folders within the taxonomy need no permission; http and file: addresses and other folders do.',
  }),
  text('document-cache', 'DIR', 'where fetched repositories are kept', { default: 'sdg/repositories under the XDG cache folder' }),
  whole('max-repo-size', 'MB', 'give up on document repositories larger than this', { min: 1, default: '1000' }),
] as const satisfies readonly Flag[];
