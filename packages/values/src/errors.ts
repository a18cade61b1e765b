/** What the code of an error says about what may be done next. */
interface Verdict {
  /** Exit status of the commands: 1 input judged bad or nothing out of it, 2 usage or config, 3 teacher or budget, 130 interrupted. */
  readonly exitCode: 1 | 2 | 3 | 130;
  /** Whether the same call may succeed if it is made again. */
  readonly isRetryable: boolean;
  /** Whether it ends the run; otherwise it rejects the one sample that met it. */
  readonly endsRun: boolean;
}

const sample: Verdict = { exitCode: 1, isRetryable: false, endsRun: false };
const input: Verdict = { exitCode: 1, isRetryable: false, endsRun: true };
const config: Verdict = { exitCode: 2, isRetryable: false, endsRun: true };
const teacher: Verdict = { exitCode: 3, isRetryable: false, endsRun: true };
const passing: Verdict = { exitCode: 3, isRetryable: true, endsRun: true };

/** Every error code of the project. One row a code; the class reads its verdict from here. */
export const errorCodes = {
  /** A line, file or row that is not what its format says. */
  'bad-input': input,
  /** What was made cannot be written, on a full disk say: what was written is good, and a rerun goes on. */
  output: teacher,
  /** Wrong flags or arguments. */
  usage: config,
  /** A pipeline, recipe, prompt or task that cannot be used. */
  config,
  /** The teacher could not be reached: refused, reset, unknown host. */
  'teacher-unreachable': passing,
  /** No answer within the time allowed. */
  'teacher-timeout': passing,
  /** 408, 409, 425, 429, 5xx: the server asks to come back later. */
  'teacher-overloaded': passing,
  /** A body that is cut short, not JSON, or without choices. */
  'teacher-reply': passing,
  /** 401 or 403. */
  'teacher-auth': teacher,
  /** 404: no such model or path. */
  'teacher-not-found': teacher,
  /** Asking on has no point: every call is refused alike, or the server asks for a pause that the run will not wait. */
  'teacher-hopeless': teacher,
  /** 400 or 422: the server will not take this one request. */
  'teacher-refused': sample,
  /** Replay found no stored reply. */
  'replay-miss': teacher,
  /** Samples came in, and none came out. */
  'no-output': input,
  /** A limit of money or tokens was about to be passed. */
  budget: teacher,
  /** The run was asked to stop before this sample's turn. */
  interrupted: { exitCode: 130, isRetryable: true, endsRun: false },
  /** What a block could not do with one sample. */
  'sample-rejected': sample,
  /** A mistake of ours. */
  internal: { exitCode: 1, isRetryable: false, endsRun: true },
} as const satisfies Record<string, Verdict>;

export type ErrorCode = keyof typeof errorCodes;

/** A place in a file. Lines and columns count from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

export interface SdgErrorOptions {
  /** What the reader can do about it: "pass --model or set SDG_MODEL". */
  readonly remedy?: string;
  readonly place?: Place;
  readonly cause?: unknown;
  /** HTTP status, where there was one. */
  readonly status?: number;
  /** Milliseconds that the server asked to wait. */
  readonly retryAfterMs?: number;
  /** What a filter of the server said that stopped the prompt; may be empty. */
  readonly filterWords?: string;
}

/** `file:line:column`, as far as known. */
export function formatPlace({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** The one error class of the project: what went wrong, what to do, and as data what may follow. */
export class SdgError extends Error {
  override readonly name = 'SdgError';
  readonly remedy: string | undefined;
  readonly place: Place | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly filterWords: string | undefined;

  constructor(
    readonly code: ErrorCode,
    readonly what: string,
    options: SdgErrorOptions = {},
  ) {
    const place = options.place && formatPlace(options.place);
    super([place && `${place}: `, what, options.remedy && `; ${options.remedy}`].join(''), { cause: options.cause });
    this.remedy = options.remedy;
    this.place = options.place;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.filterWords = options.filterWords;
  }

  get exitCode(): number {
    return errorCodes[this.code].exitCode;
  }
  get isRetryable(): boolean {
    return errorCodes[this.code].isRetryable;
  }
  get endsRun(): boolean {
    return errorCodes[this.code].endsRun;
  }
}
