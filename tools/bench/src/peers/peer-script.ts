import { fileURLToPath } from 'node:url';

/** Path of a Python program of `peers/`. */
export const peerScript = (name: string): string => fileURLToPath(new URL(`../../peers/${name}.py`, import.meta.url));
