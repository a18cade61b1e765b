import { defineCommand } from '../command.js';
import { generateFlags } from '../generate/generate-flags.js';

export default defineCommand({
  name: 'generate',
  summary: 'taxonomy to training files, all steps in one process',
  usage: ['[--taxonomy-path DIR] [options]'],
  description:
    `Reads the leaves of a taxonomy that differ from --taxonomy-base, generates samples for each with a teacher model, and ` +
    `writes training files, evaluation questions and recipes to --output-dir, named as InstructLab names them. Flags of ilab ` +
    `data generate mean what they meant there; those that have nothing to change say so.

The default recipes of the data folders (instructlab/sdg/default_data_recipes/skills.yaml and knowledge.yaml) are mixed in. ` +
    `Files appear under their names when they are whole.

Every reply of the teacher is stored before it is used: running the same command again resumes, and pays for no call twice.`,
  flags: generateFlags,
  positionals: { max: 0, name: 'argument' },
  watched: true,
  examples: [
    ['sdg generate --taxonomy-path taxonomy --taxonomy-base empty --num-instructions 5', 'try it without a model'],
    ['sdg generate --pipeline full --endpoint-url http://localhost:8000/v1 --model mixtral', 'ask a vLLM server'],
  ],
  run: async (invocation) => (await import('../generate/run-generate.js')).runGenerate(invocation),
});
