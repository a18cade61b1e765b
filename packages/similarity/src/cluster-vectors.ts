import type { Random } from '@sdg/values';
import { cosine } from './cosine.js';

export interface ClusterOptions {
  /** Clusters at least, as far as there are vectors that differ. Default 1. */
  readonly count?: number;
  /** Vectors of a cluster at most. Default: no limit. */
  readonly most?: number;
}

/** Rounds of a division in two: after few hardly a vector changes sides. */
const ROUNDS = 6;

interface Cluster {
  readonly members: readonly number[];
  /** How far its vectors are from their mean, added up: m − |sum|, 0 where all are equal. */
  readonly scatter: number;
}

function sumOf(vectors: readonly Float32Array[], members: readonly number[]): Float64Array {
  const sum = new Float64Array(vectors[members[0]!]!.length);
  for (const member of members) {
    const vector = vectors[member]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]!;
  }
  return sum;
}

function clusterOf(vectors: readonly Float32Array[], members: readonly number[]): Cluster {
  const sum = sumOf(vectors, members);
  let squares = 0;
  for (const value of sum) squares += value * value;
  return { members, scatter: members.length - Math.sqrt(squares) };
}

const farthest = (vectors: readonly Float32Array[], members: readonly number[], from: Float32Array): Float32Array => {
  let [best, least] = [members[0]!, Infinity];
  for (const member of members) {
    const near = cosine(vectors[member]!, from);
    if (near < least) [best, least] = [member, near];
  }
  return vectors[best]!;
};

/** Two halves by 2-means from two that are far apart; by order, where all are alike. */
function divide(vectors: readonly Float32Array[], members: readonly number[], random: Random): [number[], number[]] {
  let left = farthest(vectors, members, vectors[members[random.below(members.length)]!]!);
  let right = farthest(vectors, members, left);
  let halves: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    halves = [[], []];
    for (const member of members) {
      const vector = vectors[member]!;
      halves[cosine(vector, left) >= cosine(vector, right) ? 0 : 1].push(member);
    }
    if (halves[0].length === 0 || halves[1].length === 0) {
      const middle = members.length >> 1;
      return [members.slice(0, middle), members.slice(middle)];
    }
    [left, right] = halves.map((half) => unit(sumOf(vectors, half))) as [Float32Array, Float32Array];
  }
  return halves;
}

function unit(sum: Float64Array): Float32Array {
  let squares = 0;
  for (const value of sum) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  return Float32Array.from(sum, (value) => value / length);
}

/**
 * Divides vectors of length 1 into clusters: again and again the one in two whose members are farthest from their mean, by
 * 2-means on the sphere (M. Steinbach, G. Karypis and V. Kumar, A Comparison of Document Clustering Techniques, 2000). Time
 * grows with vectors × dimensions × log clusters. Gives the positions in each, ascending, clusters by their first one.
 *
 * @example
 * clusterVectors([Float32Array.of(1, 0), Float32Array.of(0, 1), Float32Array.of(0.8, 0.6)], new Random(42), { count: 2 });
 * // [[0, 2], [1]]
 */
export function clusterVectors(vectors: readonly Float32Array[], random: Random, options: ClusterOptions = {}): number[][] {
  const { count = 1, most = Infinity } = options;
  if (vectors.length === 0) return [];
  const clusters = [clusterOf(vectors, Array.from(vectors.keys()))];
  for (;;) {
    const isTooLarge = ({ members }: Cluster): boolean => members.length > most;
    const open = clusters.filter((one) => isTooLarge(one) || (clusters.length < count && one.members.length > 1 && one.scatter > 1e-4));
    if (open.length === 0) break;
    const next = open.reduce((best, one) => (one.scatter > best.scatter ? one : best));
    const halves = divide(vectors, next.members, random).map((members) => clusterOf(vectors, members));
    clusters.splice(clusters.indexOf(next), 1, ...halves);
  }
  return clusters.map(({ members }) => [...members]).sort(([a], [b]) => a! - b!);
}
