/** What was looked at and how it stands. */
export interface Diagnosis {
  readonly what: string;
  readonly state: 'good' | 'doubtful' | 'bad';
  readonly found: string;
  /** What to do about it, where it is not good. */
  readonly remedy?: string;
}

export const good = (what: string, found: string): Diagnosis => ({ what, state: 'good', found });
export const doubtful = (what: string, found: string, remedy: string): Diagnosis => ({ what, state: 'doubtful', found, remedy });
export const bad = (what: string, found: string, remedy: string): Diagnosis => ({ what, state: 'bad', found, remedy });
