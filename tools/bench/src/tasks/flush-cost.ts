import { appendFileSync, closeSync, fdatasyncSync, openSync, rmSync } from 'node:fs';

interface FlushCostInput {
  /** A file that is made, on the disk in question, and taken away again. */
  readonly path: string;
  readonly times: number;
}

/** Microseconds of CPU, the system's share counted in, that making one kilobyte durable at the end of a file takes. */
export default function flushCost({ path, times }: FlushCostInput): Promise<{ cpuUs: number }> {
  const kilobyte = Buffer.alloc(1000, 'x');
  const fd = openSync(path, 'wx');
  try {
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) {
      appendFileSync(fd, kilobyte);
      fdatasyncSync(fd);
    }
    const { user, system } = process.cpuUsage(before);
    return Promise.resolve({ cpuUs: (user + system) / times });
  } finally {
    closeSync(fd);
    rmSync(path);
  }
}
