import type { ScalarStyle } from './token.js';

interface NodeBase {
  /** Full name of the type: `tag:yaml.org,2002:str`. */
  readonly tag: string;
  /** Offset at which the value begins; of what is left empty, where it would. */
  readonly start: number;
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly value: string;
  readonly style: ScalarStyle;
}

export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly items: YamlNode[];
}

export interface MappingNode extends NodeBase {
  readonly kind: 'mapping';
  readonly pairs: (readonly [key: YamlNode, value: YamlNode])[];
}

/** A value of a YAML document. An alias is the very node that its anchor names. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode;

export const CORE = 'tag:yaml.org,2002:';
