/** The ajv of all packages, in one file, for who has schemas of others to compile. */
export { Ajv } from 'ajv';
export type { Options } from 'ajv';
export { Ajv2019 } from 'ajv/dist/2019.js';
export { Ajv2020 } from 'ajv/dist/2020.js';
