import { cpus, release, totalmem, type } from 'node:os';

/** The machine and the versions that figures depend on. */
export function environment(): Record<string, string> {
  const processors = cpus();
  return {
    processor: `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    node: `${process.version} (V8 ${process.versions.v8})`,
  };
}
