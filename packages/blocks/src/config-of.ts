import type { Static, TSchema } from '@sinclair/typebox';

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Frozen<T[Name]> }
    : T;

/** The config of a block as programs write it: what its schema takes, with lists and objects that nobody changes. */
export type ConfigOf<Schema extends TSchema> = Frozen<Static<Schema>>;
