import { defineCommand, type Flag, type Invocation, text, toggle } from '../command.js';
import { teacherFlags } from '../teacher-flags.js';

const initFlags = [
  text('from', 'DOCS', 'with knowledge: draft the seed examples from these documents (a folder or files), by the teacher', {
    multiple: true,
  }),
  text('domain', 'TEXT', 'with --from: what the documents are about', { needs: 'from' }),
  toggle('force', 'write over files that are there'),
  ...teacherFlags,
] as const satisfies readonly Flag[];

export type InitInvocation = Invocation<typeof initFlags>;

export default defineCommand({
  name: 'init',
  summary: 'write the first file of a skill, a leaf of knowledge, a pipeline, a recipe or a task',
  usage: ['skill|knowledge|pipeline|recipe|task PATH [options]'],
  description:
    `Writes a file that passes every check and says in comments what to change, and prints the names of what it wrote. PATH ` +
    `is a folder, or the YAML file itself. Nothing is written over without --force.

With --from the seed examples of a leaf of knowledge are drafted by the teacher from your documents. Every pair is marked ` +
    `"draft: true" until a person has read it and deleted the mark; sdg diff and sdg-read refuse the leaf until then.`,
  flags: initFlags,
  positionals: { min: 1, max: 2, name: 'WHAT', words: ['skill', 'knowledge', 'pipeline', 'recipe', 'task'] },
  examples: [
    ['sdg init skill taxonomy/compositional_skills/writing/haiku', 'a skill of five examples to fill in'],
    [
      'sdg init knowledge taxonomy/knowledge/pumps --from docs/ -t http://localhost:8000/v1',
      'drafts of seed examples from a folder of documents',
    ],
    ['sdg init pipeline ./my-pipeline', 'a pipeline of your own'],
  ],
  run: async (invocation) => (await import('../init/run-init.js')).runInit(invocation),
});
