import { workerData } from 'node:worker_threads';
import { countStretches, type RowCount } from './count-rows.js';

/** Counts stretches beside the thread that started it, until none is left. */
const turns = countStretches(workerData as RowCount);
while (!turns.next().done);
