/**
 * `T` while it is being made: members that may be absent are set one by one, which costs a tenth of a spread for each.
 *
 * @example const reply: Mutable<Reply> = { choices, model, usage }; if (timing) reply.timing = timing;
 */
export type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };
