/**
 * The members that have a value: options are left out where nothing is known of them, never set to undefined.
 *
 * @example open({ model, ...defined({ seed, threads: flags.threads }) })
 */
export const defined = <T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
