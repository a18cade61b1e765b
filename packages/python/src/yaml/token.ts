/** Kinds of token, by the names of the YAML specification's productions. */
export type TokenType =
  | 'stream-start'
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-mapping-start'
  | 'flow-sequence-end'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** How a scalar is written. */
export type ScalarStyle = 'plain' | '"' | "'" | '|' | '>';

/** A token and where it stands: offsets into the text; lines and columns count from 0. */
export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** Of scalars the content; of anchors and aliases the name; of tags the suffix; of directives the name. */
  readonly value: string;
  /** Of scalars. */
  readonly style?: ScalarStyle;
  /** Of tags: `!`, `!!`, `!name!`; undefined where the tag is written out (`!<…>`). Of %TAG: the handle. */
  readonly handle?: string | undefined;
  /** Of directives: the prefix of %TAG, the version of %YAML. */
  readonly parameter?: string;
}
