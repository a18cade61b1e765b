import { beginAhead } from '../files/page-count.js';
import { countThreads } from './idle-threads.js';

/**
 * Begins to count the rows of a file in another thread, ahead of the mix that will draw from it: the rest of the program
 * takes as long to load as half a gigabyte takes to count. Nothing happens where it does not pay. Imports little, so that
 * it is soon under way.
 */
export const countAhead = (path: string, threads = countThreads()): void => beginAhead(path, threads);
