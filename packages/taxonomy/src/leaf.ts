import type { Place } from '@sdg/values';

/** A pair of a knowledge seed example. */
export interface QuestionAndAnswer {
  readonly question: string;
  readonly answer: string;
}

export interface SkillExample extends QuestionAndAnswer {
  readonly context?: string;
}

export interface KnowledgeExample {
  readonly context: string;
  readonly questions_and_answers: readonly QuestionAndAnswer[];
}

/** Where the documents of a knowledge leaf are. */
export interface DocumentSource {
  /** Address of a git repository, or a folder, relative to the qna.yaml. */
  readonly repo: string;
  readonly commit: string;
  /** Globs of paths in the repository. */
  readonly patterns: readonly string[];
}

/** Content of a qna.yaml that was accepted, for a skill. */
export interface SkillContent {
  readonly task_description: string;
  readonly seed_examples: readonly SkillExample[];
}

/** Content of a qna.yaml that was accepted, for knowledge. */
export interface KnowledgeContent {
  readonly domain: string;
  readonly document_outline: string;
  readonly document: DocumentSource;
  readonly seed_examples: readonly KnowledgeExample[];
}

/** Where the fields of a leaf's `document` stand. */
export type DocumentPlaces = { readonly [field in keyof DocumentSource]: Place };

interface LeafBase {
  /** Leaf node path, as in the taxonomy: `knowledge/geology/rivers`. */
  readonly path: string;
  readonly file: string;
  /** 1-based line of each seed example in `file`. */
  readonly lines: readonly number[];
}

/** A leaf of the taxonomy: an accepted qna.yaml. */
export type Leaf = LeafBase &
  (
    | { readonly kind: 'skill'; readonly content: SkillContent }
    | { readonly kind: 'knowledge'; readonly content: KnowledgeContent; readonly places: DocumentPlaces }
  );

export type KnowledgeLeaf = Extract<Leaf, { kind: 'knowledge' }>;
export type SkillLeaf = Extract<Leaf, { kind: 'skill' }>;
