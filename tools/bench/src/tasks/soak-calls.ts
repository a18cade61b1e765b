import { readdirSync, readlinkSync } from 'node:fs';
import { attempt } from '@sdg/core';
import { request } from '@sdg/cli/bench';
import { createTeacher } from '@sdg/teacher';

interface SoakCallsInput {
  readonly url: string;
  readonly calls: number;
  readonly concurrency: number;
}

interface SoakCallsOutput {
  readonly answered: number;
  readonly rejected: number;
  readonly callsPerSecond: number;
  readonly growthMb: number;
  /** Most sockets open at once, in the second fifth and in the last; NaN where the system does not tell. */
  readonly socketsEarly: number;
  readonly socketsLate: number;
}

function openSockets(): number {
  try {
    return readdirSync('/proc/self/fd').filter((fd) => {
      return attempt(() => readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:'), false);
    }).length;
  } catch {
    return NaN;
  }
}

/** Makes very many calls, keeps nothing of them, and watches memory and sockets. */
export default async function soakCalls({ url, calls, concurrency }: SoakCallsInput): Promise<SoakCallsOutput> {
  // Pipes to the process that started this one are sockets, too.
  const others = openSockets();
  const teacher = await createTeacher({ teacher: [url], model: 'sim', api: 'chat', concurrency });
  const greatest = [0, 0, 0, 0, 0];
  const sockets = [0, 0, 0, 0, 0];
  let next = 0;
  let answered = 0;
  let rejected = 0;
  const loop = async (): Promise<void> => {
    while (next < calls) {
      const index = next++;
      if (index % (calls < 1000 ? 10 : 100) === 0) {
        const fifth = Math.floor((index / calls) * 5);
        greatest[fifth] = Math.max(greatest[fifth]!, process.memoryUsage.rss());
        sockets[fifth] = Math.max(sockets[fifth]!, openSockets() - others);
      }
      try {
        await teacher.complete(request(index));
        answered++;
      } catch {
        rejected++;
      }
    }
  };
  const beganAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, loop));
  const seconds = (performance.now() - beganAt) / 1000;
  await teacher.close?.();
  return {
    answered,
    rejected,
    callsPerSecond: calls / seconds,
    growthMb: (greatest[4]! - greatest[1]!) / 2 ** 20,
    socketsEarly: sockets[1]!,
    socketsLate: sockets[4]!,
  };
}
