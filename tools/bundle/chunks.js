/** A chunk: the modules that match, and all that these import, as far as no chunk above has them. */
const chunk = (name, test) => ({ name, test });

/**
 * The packages that are bundled, and what of each goes into one file. Whatever no line names is split by rolldown into as
 * many files as it takes to load nothing in vain. The first line that matches wins, and the order keeps the start quick:
 * what is loaded first stands first. bundle.js fails where a line makes somebody load a package that they do not import.
 */
export const chunks = {
  python: [],
  values: [],
  // Under all that is ours, with what it imports itself.
  core: [chunk('rxjs', /\/node_modules\/(rxjs|tslib)\/|\/src\/rxjs\.ts$/)],
  config: [],
  similarity: [],
  offline: [],
  local: [],
  blocks: [],
  teacher: [],
  pipeline: [],
  session: [],
  cluster: [],
  report: [],
  mixer: [
    // Loaded by itself ahead of the rest, and by the threads that count.
    chunk('count-ahead', /\/mix\/count-ahead\.ts$/),
    // All that the threads need which treat rows.
    chunk('treat', /\/treat\/treat-block\.ts$/),
    chunk('mix', /\/mix\/index\.ts$/),
  ],
  documents: [],
  taxonomy: [],
  cli: [
    // All that can be said before any work is done: the tables of flags are small, and every command needs some of them.
    chunk('index', /\/src\/(index|commands\/[a-z]+|io\/descriptor|embedder-of)\.ts$/),
    chunk('run-mix', /\/mix\/run-mix\.ts$/),
  ],
};

/**
 * Libraries of many small files that several packages use: the package that is named has each in one file, and the others
 * import it from there. Their package.json lists it for development, and as an optional peer for its types.
 */
export const shared = {
  rxjs: '@sdg/core/rxjs',
  '@sinclair/typebox': '@sdg/core/typebox',
};
