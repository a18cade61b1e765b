// Joins the modules of a package into few files: a command starts sooner where less is to be found, read and linked.
// Imports of what package.json lists as dependencies stay, so that no module exists twice; what it lists for development
// is taken in, so that users need not install the whole of a library of which little is used.
// Usage: node tools/bundle/bundle.js [PACKAGE…], all packages of chunks.js where none is named; tsc writes declarations.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { basename, dirname, isAbsolute, posix } from 'node:path';
import { rolldown } from 'rolldown';
import { minify } from 'rolldown/utils';
import { checkLoads } from './check-loads.js';
import { chunks, shared } from './chunks.js';
import { digestFile, digestOf, filesBelow, folderOf } from './digest.js';
import { noticesOf } from './notices.js';

/** Entries by their names in dist: whatever package.json exports, and the files that run as threads. */
function entriesOf(folder) {
  const { exports } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const exported = Object.values(exports)
    .filter((to) => typeof to === 'object')
    .map((to) => [to.default, to['@sdg/source']]);
  // Beside the chunks, since it is from there that they are looked for.
  const workers = filesBelow(`${folder}src`)
    .filter((file) => file.endsWith('-worker.ts'))
    .map((file) => [`./dist/${basename(file, '.ts')}.js`, `./src/${file}`]);
  return Object.fromEntries(
    [...exported, ...workers].map(([to, from]) => [/^\.\/dist\/(.+)\.js$/.exec(to)[1], `${folder}${from.slice(2)}`]),
  );
}

/** Whether an import stays as it is. A library that is taken in brings along what it imports. */
function staysOutside(folder) {
  const { name, dependencies, peerDependencies, devDependencies } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const outside = Object.fromEntries(Object.entries({ ...dependencies, ...peerDependencies }).filter(([library]) => !(library in shared)));
  return (id, importer = '') => {
    if (isBuiltin(id)) return true;
    if (id.startsWith('.') || isAbsolute(id) || importer.includes('/node_modules/')) return false;
    const library = /^(@[^/]+\/)?[^/]+/.exec(id)[0];
    if (!(library in outside || library in { ...devDependencies })) {
      throw new Error(`${name} imports ${library}, which its package.json does not list`);
    }
    return library in outside;
  };
}

/** Turns imports of a shared library to the package that has it, which alone takes the library in. */
const fromItsHome = (name) => ({
  name: 'from-its-home',
  resolveId(id, importer = '') {
    const home = shared[id];
    if (home === undefined || home.startsWith(`@sdg/${name}/`) || importer.includes('/node_modules/')) return null;
    return { id: home, external: true };
  },
});

/** Files that are found by their place beside another must be there. */
function checkWorkers(output) {
  const files = new Set(output.map(({ fileName }) => fileName));
  for (const { fileName, code = '' } of output) {
    for (const [, url] of code.matchAll(/new URL\(\s*["'](.+?\.[a-z]+)["'],\s*import\.meta\.url/g)) {
      if (!files.has(posix.join(posix.dirname(fileName), url))) throw new Error(`${fileName} looks for ${url}, and there is no such file`);
    }
  }
}

/**
 * What files to write, by their names. The helpers of rolldown, a few lines, are a file of their own: they are put into
 * each chunk that imports them, on the line of the import, so that source maps hold.
 */
function filesOf(output) {
  const helpers = output.find(({ fileName }) => fileName === 'rolldown-runtime.js');
  const body = helpers?.code
    .replace(/^(import|export|\/\/).*/gm, '')
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('createRequire(', '__createRequire(')
    .trim();
  const line = body?.includes('__createRequire(') ? `import { createRequire as __createRequire } from "node:module"; ${body}` : body;
  const withHelpers = (code) =>
    code.replace(/^import "[./]+\/rolldown-runtime\.js";$/m, '').replace(/^import .* from "[./]+\/rolldown-runtime\.js";$/m, () => line);
  const written = output.filter(({ fileName }) => !fileName.startsWith('rolldown-runtime.js'));
  const files = new Map(written.map(({ fileName, code, source }) => [fileName, code === undefined ? source : withHelpers(code)]));
  for (const [file, content] of files) {
    if (content.includes('/rolldown-runtime.js')) {
      throw new Error(`${file} imports the helpers of rolldown in a way that is not known here`);
    }
  }
  return files;
}

/** The declarations that what is exported needs, by their names in dist, out of all that tsc has written. */
function declarationsOf(folder) {
  const found = new Map();
  const follow = (file) => {
    if (found.has(file)) return;
    const text = readFileSync(`${folder}out-tsc/lib/${file}`, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
    found.set(file, text);
    for (const [, to] of text.matchAll(/(?:from |import\()["'](\.[^"']+)\.js["']/g)) follow(`${posix.join(posix.dirname(file), to)}.d.ts`);
  };
  const { exports } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  for (const { types } of Object.values(exports)) if (types) follow(types.slice('./dist/'.length));
  return found;
}

/** Makes files small that hold the code of libraries: nobody reads it here, and names that a stack shows stay. */
async function minifyLibraries(written, output) {
  for (const { fileName } of output.filter(({ moduleIds = [] }) => moduleIds.some((id) => id.includes('/node_modules/')))) {
    const inputMap = JSON.parse(written.get(`${fileName}.map`));
    const options = { module: true, mangle: { keepNames: true }, sourcemap: true, inputMap };
    const { code, map, errors } = await minify(fileName, written.get(fileName), options);
    if (errors.length > 0) throw new Error(`${fileName}: ${errors[0].message}`);
    written.set(fileName, `${code.replace(/\n*\/\/# sourceMappingURL=.*\n*$/, '')}\n//# sourceMappingURL=${basename(fileName)}.map\n`);
    written.set(`${fileName}.map`, JSON.stringify(map));
  }
}

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

async function bundle(name) {
  const folder = folderOf(name);
  const digest = digestOf(name);
  const build = await rolldown({
    input: entriesOf(folder),
    external: staysOutside(folder),
    platform: 'node',
    tsconfig: `${folder}tsconfig.lib.json`,
    transform: { target: 'es2023' },
    // An entry may be the very file that others import from; else it would be one more file, which hands on.
    preserveEntrySignatures: 'allow-extension',
    // Nothing is wrong with what one file imports at once and another only when it needs it, or with a slow machine.
    checks: { ineffectiveDynamicImport: false, bundlerTimings: false },
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message);
    },
    plugins: [fromItsHome(name), checkLoads()],
    // What RxJS has for node is CommonJS, of which nobody can tell what it exports; so is undici.
    resolve: {
      alias: {
        rxjs: here('../../node_modules/rxjs/dist/esm/index.js'),
        undici$: here('./undici.js'),
        './client-h2.js$': here('./no-http2.js'),
      },
    },
  });
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    // Names that stay, so that a process which loads a part late finds it after a new build, too.
    chunkFileNames: '[name].js',
    minifyInternalExports: false,
    // Some tell functions apart by their names.
    keepNames: true,
    codeSplitting: { groups: chunks[name].map((chunk, i) => ({ ...chunk, priority: chunks[name].length - i })) },
    // Read by debuggers and `--enable-source-maps` alone; with the sources inside, since they are not published.
    sourcemap: true,
  });
  await build.close();
  checkWorkers(output);
  const gone = chunks[name].find((chunk) => !output.some(({ fileName }) => fileName === `${chunk.name}.js`));
  if (gone) throw new Error(`${name} has no module any more that ${gone.test} matches: see tools/bundle/chunks.js`);

  const dist = `${folder}dist/`;
  // First away, last written: a bundle that was left half done is known for it.
  rmSync(digestFile(name), { force: true });
  const written = filesOf(output);
  await minifyLibraries(written, output);
  const notices = noticesOf(output.flatMap(({ moduleIds = [] }) => moduleIds));
  if (notices !== undefined) written.set('THIRD-PARTY.txt', notices);
  for (const [file, content] of written) {
    mkdirSync(dirname(dist + file), { recursive: true });
    writeFileSync(dist + file, content);
  }
  for (const [file, content] of declarationsOf(folder)) {
    mkdirSync(dirname(dist + file), { recursive: true });
    writeFileSync(dist + file, content);
    written.set(file, content);
  }
  // What an earlier build has left could be imported by mistake.
  for (const file of filesBelow(dist)) if (/\.[a-z]+$/.test(file) && !written.has(file)) rmSync(dist + file);
  writeFileSync(digestFile(name), digest);
}

try {
  const names = process.argv.slice(2);
  for (const name of names.length > 0 ? names : Object.keys(chunks)) await bundle(name);
} catch (error) {
  process.stderr.write(`bundle: ${error.message}\n`);
  process.exitCode = 1;
}
