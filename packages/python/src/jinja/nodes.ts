/** Where a node begins in the text of the template. */
interface At {
  readonly offset: number;
}

export type Argument =
  | { readonly kind: 'plain' | 'list' | 'dict'; readonly value: Expression }
  | { readonly kind: 'named'; readonly name: string; readonly value: Expression };

/** What gives a value. */
export type Expression = At &
  (
    | { readonly type: 'const'; readonly value: unknown }
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'list' | 'tuple' | 'concat'; readonly items: readonly Expression[] }
    | { readonly type: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] }
    | { readonly type: 'attribute'; readonly of: Expression; readonly name: string }
    | { readonly type: 'item'; readonly of: Expression; readonly key: Expression }
    | { readonly type: 'slice'; readonly of: Expression; readonly bounds: readonly (Expression | undefined)[] }
    | { readonly type: 'call'; readonly callee: Expression; readonly args: readonly Argument[] }
    | { readonly type: 'filter'; readonly of: Expression | undefined; readonly name: string; readonly args: readonly Argument[] }
    | {
        readonly type: 'test';
        readonly of: Expression;
        readonly name: string;
        readonly args: readonly Argument[];
        readonly negated: boolean;
      }
    | { readonly type: 'unary'; readonly sign: '-' | '+' | 'not'; readonly of: Expression }
    | { readonly type: 'binary'; readonly sign: string; readonly left: Expression; readonly right: Expression }
    | {
        readonly type: 'compare';
        readonly first: Expression;
        readonly links: readonly { readonly sign: string; readonly right: Expression }[];
      }
    | { readonly type: 'choice'; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression | undefined }
  );

/** What may be given a value: a name, several, or a field of a namespace. */
export type Target = At &
  (
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'names'; readonly targets: readonly Target[] }
    | { readonly type: 'field'; readonly of: string; readonly name: string }
  );

export interface Parameter {
  readonly name: string;
  readonly fallback?: Expression;
}

/** What prints, or does something. */
export type Statement = At &
  (
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'print'; readonly value: Expression }
    | { readonly type: 'if'; readonly branches: readonly { readonly test: Expression; readonly body: Body }[]; readonly otherwise: Body }
    | {
        readonly type: 'for';
        readonly target: Target;
        readonly over: Expression;
        readonly test: Expression | undefined;
        readonly recursive: boolean;
        readonly body: Body;
        readonly otherwise: Body;
      }
    | { readonly type: 'set'; readonly target: Target; readonly value: Expression }
    | { readonly type: 'set-block'; readonly target: Target; readonly filters: Expression | undefined; readonly body: Body }
    | { readonly type: 'macro'; readonly name: string; readonly parameters: readonly Parameter[]; readonly body: Body }
    | { readonly type: 'call-block'; readonly call: Expression; readonly parameters: readonly Parameter[]; readonly body: Body }
    | { readonly type: 'filter-block'; readonly filters: Expression; readonly body: Body }
    | { readonly type: 'with'; readonly values: readonly { readonly target: Target; readonly value: Expression }[]; readonly body: Body }
    | { readonly type: 'break' | 'continue' }
  );

export type Body = readonly Statement[];
