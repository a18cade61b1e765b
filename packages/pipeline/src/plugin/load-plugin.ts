import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineBlock, SdgError, type BlockSpec, type Catalog } from '@sdg/core';
import { schemaFault } from '@sdg/config';
import { withNamedFailures } from './name-failures.js';

/** What a plugin adds: blocks for the catalogue, and chat templates by name of the model family. */
export interface Plugin {
  readonly name: string;
  readonly blocks: readonly BlockSpec[];
  /** Jinja templates over `messages` and `prompt`. */
  readonly chatTemplates: Readonly<Record<string, string>>;
}

/** What a block spec must have, and of what type. */
const members = { type: 'string', summary: 'string', config: 'object', columns: 'function', create: 'function' } as const;

function checkBlock(block: unknown, index: number, file: string, fail: (what: string) => never): BlockSpec {
  if (typeof block !== 'object' || block === null) fail(`blocks[${index}] is not a block spec`);
  const spec = block as Record<string, unknown>;
  for (const [member, type] of Object.entries(members)) {
    if (typeof spec[member] !== type || spec[member] === null) {
      fail(
        `blocks[${index}]${typeof spec['type'] === 'string' ? ` (${spec['type']})` : ''} has no ${member} (` +
          `${type === 'object' ? 'an' : 'a'} ${type})`,
      );
    }
  }
  const fault = schemaFault(spec['config'] as object);
  if (fault !== undefined) fail(`blocks[${index}] (${String(spec['type'])}) has a config that is no JSON Schema: ${fault}`);
  return withNamedFailures(defineBlock({ examples: [], ...spec } as unknown as Parameters<typeof defineBlock>[0]) as BlockSpec, file);
}

/** What to do about a library that our packages have inside of them and a plugin looks for beside them. */
function remedyOf(message: string): string | undefined {
  const [, library] = /Cannot find package '(rxjs|@sinclair\/typebox)'/.exec(message) ?? [];
  return library && `import it from @sdg/core/${basename(library)}, which is there, or npm install ${library}`;
}

/**
 * Loads a plugin: a JavaScript module that exports `blocks`, a list of block specs, and `chatTemplates`, or a default
 * object with these. It is code of the user's own and runs with their rights. Fails with `config`, saying what it lacks.
 */
export async function loadPlugin(file: string): Promise<Plugin> {
  const path = resolve(file);
  const fail = (what: string, cause?: unknown, remedy = 'a plugin exports blocks, a list of block specs, and chatTemplates'): never => {
    throw new SdgError('config', `plugin ${file}: ${what}`, { remedy, cause });
  };
  if (!existsSync(path)) fail('there is no such file');
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return fail(`it does not load: ${message}`, error, remedyOf(message));
  }
  const exported = (
    typeof module['default'] === 'object' && module['default'] !== null ? { ...module['default'], ...module } : module
  ) as Record<string, unknown>;
  const { blocks = [], chatTemplates = {} } = exported;
  if (exported['blocks'] === undefined && exported['chatTemplates'] === undefined) fail('it exports neither blocks nor chatTemplates');
  if (!Array.isArray(blocks)) fail('blocks is not a list');
  if (
    typeof chatTemplates !== 'object' ||
    chatTemplates === null ||
    Object.values(chatTemplates).some((template) => typeof template !== 'string')
  ) {
    fail('chatTemplates is not a map of templates by family');
  }
  return {
    name: file,
    blocks: (blocks as unknown[]).map((block, i) => checkBlock(block, i, file, fail)),
    chatTemplates: chatTemplates as Record<string, string>,
  };
}

/** A catalogue with the blocks of plugins. A type that is taken already fails with `config`. */
export function extendCatalog(catalog: Catalog, plugins: readonly Plugin[]): Catalog {
  const extended = new Map(catalog);
  for (const { name, blocks } of plugins) {
    for (const spec of blocks) {
      if (extended.has(spec.type)) {
        throw new SdgError('config', `plugin ${name}: there is a block type "${spec.type}" already`, { remedy: 'give it another name' });
      }
      extended.set(spec.type, spec);
    }
  }
  return extended;
}
