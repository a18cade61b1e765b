import { SdgError, type Catalog, type ConfigLoader, type Finding } from '@sdg/core';

/** A loader over files in memory, and what was reported through it. */
export interface MemoryLoader extends ConfigLoader {
  readonly findings: readonly Finding[];
}

/** Loads configs as a pipeline would, from `files` by path; paths inside a config stand in `path` of the findings. */
export function memoryLoader(files: Readonly<Record<string, string>> = {}, catalog: Catalog = new Map()): MemoryLoader {
  const findings: Finding[] = [];
  const loader = (base: readonly (string | number)[]): ConfigLoader => ({
    async read(path, at) {
      const text = files[path];
      if (text !== undefined) return { file: path, text };
      findings.push({ severity: 'error', path: [...base, ...at].join('.'), message: `there is no file ${path}` });
      return undefined;
    },
    report: (at, { severity = 'error', ...finding }) => findings.push({ severity, path: [...base, ...at].join('.'), ...finding }),
    reportIn: (finding) => findings.push(finding),
    async loadBlock(type, typeAt, config, at) {
      const spec = catalog.get(type);
      if (!spec) throw new SdgError('config', `no block type ${type} at ${typeAt.join('.')}`);
      const loaded = await spec.load(config, loader([...base, ...at]));
      return loaded === undefined ? undefined : { spec, config: loaded };
    },
  });
  return { ...loader([]), findings };
}
