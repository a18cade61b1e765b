/** All that is reached from a start by steps, the start included. */
function reached(start, steps) {
  const found = new Set([start]);
  for (const at of found) for (const next of steps(at)) found.add(next);
  return found;
}

const common = (one, other) => new Set([...one].filter((id) => other.has(id)));

const isPackage = (id) => /^[^./]/.test(id) && !id.startsWith('node:');

/**
 * Fails where the chunks undo the laziness of the sources: whoever imports a module, at the start or by `import()`, must
 * not thereby load a package that neither it nor what it imports asks for. Nor may chunks import each other in a ring, in
 * which one would run before what it needs.
 */
export const checkLoads = () => ({
  name: 'check-loads',
  generateBundle(_, output) {
    const files = Object.values(output).filter(({ type }) => type === 'chunk');
    const importsOf = (file) => output[file]?.imports ?? [];
    const modules = [...this.getModuleIds()].map((id) => this.getModuleInfo(id));
    const roots = new Set(
      modules.flatMap(({ id, isEntry, dynamicallyImportedIds }) => [...(isEntry ? [id] : []), ...dynamicallyImportedIds]),
    );
    const asksFor = (module) => reached(module, (id) => this.getModuleInfo(id)?.importedIds ?? []);
    // What every entry loads is there whatever comes after.
    const there = modules
      .filter(({ isEntry }) => isEntry)
      .map(({ id }) => asksFor(id))
      .reduce(common);
    for (const root of roots) {
      const file = files.find(({ facadeModuleId }) => facadeModuleId === root) ?? files.find(({ moduleIds }) => moduleIds.includes(root));
      if (!file) continue;
      const wanted = new Set([...asksFor(root), ...there]);
      const vain = [...reached(file.fileName, importsOf)].filter((id) => isPackage(id) && !(id in output) && !wanted.has(id));
      if (vain.length > 0) {
        this.error(`${file.fileName} would load ${vain.join(', ')}, which ${root} does not import: see tools/bundle/chunks.js`);
      }
    }
    for (const { fileName, imports } of files) {
      if (imports.some((next) => reached(next, importsOf).has(fileName))) {
        this.error(`${fileName} imports itself by way of others: see tools/bundle/chunks.js`);
      }
    }
  },
});
