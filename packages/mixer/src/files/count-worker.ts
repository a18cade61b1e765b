import { workerData } from 'node:worker_threads';
import { countSegments, type RowCount } from './count-rows.js';

/** Counts segments beside the thread that started it, until none is left. */
const turns = countSegments(workerData as RowCount);
while (!turns.next().done);
