/**
 * Share of n-grams of words that are not the same as an earlier one, of the first million of each length, by length (distinct-n: J. Li
 * et al., A Diversity-Promoting Objective Function for Neural Conversation Models, 2016).
 */
export type DistinctShares = Readonly<Record<1 | 2 | 3, number>>;

/** What the meanings of a set say of it, by an embedder. Means of cosines, 0 to 1; of rows and documents taken at random. */
export interface MeaningStats {
  /** Rows that were looked at. */
  readonly rows: number;
  /** Between two questions. */
  readonly selfSimilarity: number;
  /** Of a question to the nearest other one. */
  readonly nearest: number;
  /** Share of questions with another one of cosine 0.9 and more. */
  readonly repeated: number;
  /** Of a question to the nearest example that it was made from; where rows have both. */
  readonly toSeed?: number;
  /** Of a paragraph of a document to the nearest question or answer about it; where rows have documents. */
  readonly documentCoverage?: number;
}

/** How much a set of generated samples says, and how near to each other: what the mixer measures and a report shows. */
export interface SetMeasures {
  readonly distinct: DistinctShares;
  /** With an embedder. */
  readonly meanings?: MeaningStats;
}
