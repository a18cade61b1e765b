import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext } from './context.js';

/** A Python environment with some packages, or why there is none. */
type PeerEnvironment = { readonly python: string; readonly versions: string } | { readonly reason: string };

/** Installing one environment takes this long at most: PyTorch alone takes ten minutes where the machine does much else. */
const LIMIT_MINUTES = 30;
const LIMIT_MS = LIMIT_MINUTES * 60_000;

/**
 * Makes a throw-away Python environment with packages of the registry, wheels only: nothing is compiled here.
 * @param alone leave out what the packages ask for: what of it is needed is among them
 * @param beside further packages, which are put beside them without what they ask for: programs that pin other versions of what is there
 */
export async function installPeers(
  context: BenchContext,
  name: string,
  packages: readonly string[],
  alone = false,
  beside: readonly string[] = [],
): Promise<PeerEnvironment> {
  const folder = context.path('peers', name);
  const python = join(folder, 'bin', 'python');
  try {
    if (!existsSync(join(folder, 'done'))) {
      context.note(`  installing ${packages.join(', ')}`);
      await context.command('python3', ['-m', 'venv', folder]);
      const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:'];
      await context.command(python, [...install, ...(alone ? ['--no-deps'] : []), ...packages], { timeoutMs: LIMIT_MS });
      if (beside.length > 0) await context.command(python, [...install, '--no-deps', ...beside], { timeoutMs: LIMIT_MS });
      await context.command('touch', [join(folder, 'done')]);
    }
    const bare = [...packages, ...beside].map((spec) => spec.split(/[=[]/)[0]!);
    const script = 'import sys, importlib.metadata as m; print(", ".join(f"{n} {m.version(n)}" for n in sys.argv[1:]))';
    return { python, versions: (await context.command(python, ['-c', script, ...bare])).stdout.trim() };
  } catch (error) {
    const why = (error as Error).message.slice(0, 200);
    return { reason: `${packages.join(', ')} could not be installed within ${LIMIT_MINUTES} minutes: ${why}` };
  }
}
