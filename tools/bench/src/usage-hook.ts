// Imported into every Node program that is measured: writes down at its end what it used.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** What a process used, all its threads together. */
export interface Usage {
  /** User and system time. */
  readonly cpuMs: number;
  readonly peakRssMb: number;
  /** Bytes asked for by read calls, on Linux. */
  readonly readBytes?: number;
}

/** What this process has used so far. */
export function usageNow(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  let readBytes: number | undefined;
  try {
    readBytes = Number(/^rchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
  } catch {
    // Not on Linux.
  }
  return { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakRssMb: maxRSS / 1024, ...(readBytes !== undefined && { readBytes }) };
}

const file = process.env['SDG_BENCH_USAGE'];
if (isMainThread && file !== undefined) {
  // Only the program itself is measured, not what it starts.
  delete process.env['SDG_BENCH_USAGE'];
  delete process.env['NODE_OPTIONS'];
  process.on('exit', () => {
    try {
      writeFileSync(file, JSON.stringify(usageNow()));
    } catch {
      // Whoever measures sees that it is missing.
    }
  });
}
