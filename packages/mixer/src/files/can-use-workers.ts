import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Whether workers can be started: they are compiled files, which a run from source does not have. */
export const canUseWorkers = (): boolean => existsSync(fileURLToPath(new URL('./count-worker.js', import.meta.url)));
