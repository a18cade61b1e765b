import { specOf } from '@sdg/session';
import { diagnoseMachine } from './diagnose-machine.js';
import { diagnoseTeacher } from './diagnose-teacher.js';
import type { Diagnosis } from './diagnosis.js';
import type { DoctorInvocation } from '../commands/doctor.js';

const MARKS = { good: 'ok  ', doubtful: 'hm  ', bad: 'bad ' } as const;

/** The work of `sdg doctor`: findings to stdout. Exit 2 where the machine or the settings will not do, 3 where the teacher will not. */
export async function runDoctor({ flags, env, stdout, say, interrupted }: DoctorInvocation): Promise<number> {
  const spec = specOf(flags);
  const tell = ({ what, state, found, remedy }: Diagnosis): void => {
    const line = `${MARKS[state]}${what.padEnd(16)}${found}${remedy === undefined ? '' : `; ${remedy}`}`;
    stdout.write(`${flags.json ? JSON.stringify({ what, state, found, ...(remedy !== undefined && { remedy }) }) : line}\n`);
  };
  const machine = await diagnoseMachine(spec, env);
  machine.forEach(tell);
  const teacher = await diagnoseTeacher(spec, env, interrupted, flags['no-call'] !== true);
  teacher.forEach(tell);
  if (interrupted.aborted) return 130;
  const isBad = ({ state }: Diagnosis): boolean => state === 'bad';
  const doubts = [...machine, ...teacher].filter(({ state }) => state !== 'good').length;
  say(doubts === 0 ? 'all is well' : `${doubts} of ${machine.length + teacher.length} want a look`);
  return machine.some(isBad) ? 2 : teacher.some(isBad) ? 3 : 0;
}
