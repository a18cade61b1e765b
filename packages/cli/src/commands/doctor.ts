import { defineCommand, type Flag, type Invocation, toggle } from '../command.js';
import { teacherFlags } from '../teacher-flags.js';

const doctorFlags = [
  ...teacherFlags,
  toggle('no-call', 'ask the teacher for nothing that costs money'),
  toggle('json', 'one JSON object a finding, for programs'),
] as const satisfies readonly Flag[];

export type DoctorInvocation = Invocation<typeof doctorFlags>;

export default defineCommand({
  name: 'doctor',
  summary: 'look at this machine and the teacher, and say what to mend',
  usage: ['[--teacher URL] [options]'],
  description:
    `Looks at Node, the caches and the way to the network; asks the teacher which models it serves, which API it has and how ` +
    `long a context; then asks it one small question, to see how fast it answers and whether it thinks first. Of everything ` +
    `that is not as it should be it says what to do.`,
  exitCodes: '0 it will do, doubts aside; 2 this machine or the settings will not do; 3 the teacher will not.',
  flags: doctorFlags,
  positionals: { max: 0, name: 'argument' },
  examples: [
    ['sdg doctor', 'look at what the settings name'],
    ['sdg doctor -t http://localhost:8000/v1 -m mixtral', 'will this server do?'],
  ],
  run: async (invocation) => (await import('../doctor/run-doctor.js')).runDoctor(invocation),
});
