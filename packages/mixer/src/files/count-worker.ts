import { workerData } from 'node:worker_threads';
import { countSegmentes, type RowCount } from './count-rows.js';

/** Counts segments beside the thread that started it, until none is left. */
const turns = countSegmentes(workerData as RowCount);
while (!turns.next().done);
