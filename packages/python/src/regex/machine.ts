import { isAsciiWord, isWord, lower } from './char-tests.js';
import type { Program, Step } from './program.js';
import type { Anchor, CharTest } from './syntax.js';

/** A pattern took more steps on a text than it may. */
export class PatternTooSlow extends Error {
  override readonly name = 'PatternTooSlow';
}

/** Steps of all attempts on one text, at most: about a second. Only patterns that look back at groups can reach it. */
const MAX_STEPS = 20_000_000;

const NO_MARKS = new Int32Array(0);

/** Whether a word begins or ends at a place. */
function isEdge(isWordAt: CharTest, codes: ArrayLike<number>, position: number): boolean {
  return (position > 0 && isWordAt(codes[position - 1]!)) !== (position < codes.length && isWordAt(codes[position]!));
}

/** Whether an anchor holds at a place. Python before 3.14: neither \b nor \B matches an empty text. */
const anchors: Readonly<Record<Anchor, (codes: ArrayLike<number>, position: number) => boolean>> = {
  start: (_, position) => position === 0,
  'line-start': (codes, position) => position === 0 || codes[position - 1] === 10,
  end: (codes, position) => position === codes.length,
  'line-end': (codes, position) => position === codes.length || codes[position] === 10,
  'before-end': (codes, position) => position === codes.length || (position === codes.length - 1 && codes[position] === 10),
  'word-edge': (codes, position) => codes.length > 0 && isEdge(isWord, codes, position),
  'ascii-word-edge': (codes, position) => codes.length > 0 && isEdge(isAsciiWord, codes, position),
  'no-word-edge': (codes, position) => codes.length > 0 && !isEdge(isWord, codes, position),
  'no-ascii-word-edge': (codes, position) => codes.length > 0 && !isEdge(isAsciiWord, codes, position),
};

/** Which splits of a program were tried where, in vain unless an attempt under way succeeds. */
interface Memo {
  readonly bits: Uint32Array;
  /** Those of the attempt under way. */
  readonly tried: number[];
}

/** One way through a program, with what there is to go back to. */
interface Thread {
  at: number;
  position: number;
  readonly marks: Int32Array;
  readonly memo: Memo | undefined;
  readonly stack: number[];
}

/** Steps for each character, about, after which failures are remembered: most patterns need far fewer. */
const CARELESS_STEPS = 40;
const TOO_MANY = new Error('more steps than a simple pattern takes');

/**
 * Runs programs on one text, by backtracking with an explicit stack. Once that has taken many steps, a failure is
 * remembered by step and position, so the time is linear in the text; a program that looks back at groups cannot do that
 * and is bound by a number of steps.
 */
export class Machine {
  #steps = 0;
  /** Whether failures are remembered. */
  #careful = false;
  /** Steps before something is done about it. */
  #limit: number;
  readonly #memos = new Map<Program, Memo>();
  /** Start and end of every group, −1 where it took no part. */
  readonly slots: Int32Array;

  /** `carelessSteps`: steps for each character after which failures are remembered. */
  constructor(
    readonly codes: ArrayLike<number>,
    groups: number,
    carelessSteps = CARELESS_STEPS,
  ) {
    this.slots = new Int32Array(2 * groups + 2).fill(-1);
    this.#limit = Math.min(MAX_STEPS, carelessSteps * (codes.length + 100));
  }

  /** Finds a match of a whole pattern that begins at `start`; gives its end, or −1. `notEndingAt`: one that ends there is none. */
  match(program: Program, start: number, notEndingAt = -1): number {
    if (!program.memoizable) this.#takeCare();
    try {
      return this.#run(program, start, notEndingAt);
    } catch (error) {
      if (error !== TOO_MANY) throw error;
      this.#takeCare();
      this.slots.fill(-1);
      return this.#run(program, start, notEndingAt);
    }
  }

  #takeCare(): void {
    this.#careful = true;
    this.#limit = MAX_STEPS;
  }

  #memoOf(program: Program): Memo | undefined {
    const { memoizable, facts } = program;
    if (!this.#careful || !memoizable || facts === 0) return undefined;
    let memo = this.#memos.get(program);
    if (!memo) this.#memos.set(program, (memo = { bits: new Uint32Array(Math.ceil((facts * (this.codes.length + 1)) / 32)), tried: [] }));
    return memo;
  }

  /** Runs a program from `start`. Groups are in `slots`, as they were before if there is no match. */
  #run(program: Program, start: number, notEndingAt = -1): number {
    const memo = this.#memoOf(program);
    const end = this.#attempt(program, start, memo, notEndingAt);
    if (memo) {
      // What led to a match is no failure, and may lead to one again.
      if (end !== -1) for (const bit of memo.tried) memo.bits[bit >>> 5]! &= ~(1 << (bit & 31));
      memo.tried.length = 0;
    }
    return end;
  }

  #attempt(program: Program, start: number, memo: Memo | undefined, notEndingAt: number): number {
    const marks = program.registers === 0 ? NO_MARKS : new Int32Array(program.registers);
    // Pairs: a step and a position to go on from, or −1 − (slot or register) and the value to put back.
    const thread: Thread = { at: 0, position: start, marks, memo, stack: [] };
    for (;;) {
      const end = this.#follow(program, thread, notEndingAt);
      if (end !== -1) return end;
      if (!this.#goBack(thread)) return -1;
    }
  }

  /** Goes back to the last split; false where there is none. */
  #goBack(thread: Thread): boolean {
    const { stack, marks } = thread;
    const { slots } = this;
    while (stack.length > 0) {
      const value = stack.pop()!;
      const at = stack.pop()!;
      if (at >= 0) {
        thread.at = at;
        thread.position = value;
        return true;
      }
      const slot = -1 - at;
      if (slot < slots.length) slots[slot] = value;
      else marks[slot - slots.length] = value;
    }
    return false;
  }

  /** Goes from step to step up to a match, whose end it gives, or up to where nothing fits: −1. */
  #follow({ steps }: Program, thread: Thread, notEndingAt: number): number {
    const { codes } = this;
    for (;;) {
      if (++this.#steps > this.#limit) throw this.#careful ? new PatternTooSlow('the pattern takes too many steps on this text') : TOO_MANY;
      const step = steps[thread.at]!;
      if (step.op === 'char') {
        if (thread.position >= codes.length || !step.test(codes[thread.position]!)) return -1;
        thread.position++;
        thread.at++;
      } else if (step.op === 'split') {
        if (thread.memo && this.#wasTried(step, thread, thread.memo)) return -1;
        thread.stack.push(step.second, thread.position);
        thread.at = step.first;
      } else if (step.op === 'match') {
        return thread.position === notEndingAt ? -1 : thread.position;
      } else if (!this.#take(step, thread)) return -1;
    }
  }

  /** Whether a split was tried at this place with the same loops begun just here; from now on it was. */
  #wasTried(step: Extract<Step, { op: 'split' }>, { marks, position }: Thread, memo: Memo): boolean {
    let fresh = 0;
    while (fresh < step.loops.length && marks[step.loops[fresh]!] === position) fresh++;
    const bit = (step.memo + fresh) * (this.codes.length + 1) + position;
    const mask = 1 << (bit & 31);
    if (memo.bits[bit >>> 5]! & mask) return true;
    memo.bits[bit >>> 5]! |= mask;
    memo.tried.push(bit);
    return false;
  }

  /** Takes a step that is none of the three most frequent ones; false where it does not fit. */
  #take(step: Exclude<Step, { op: 'char' | 'split' | 'match' }>, thread: Thread): boolean {
    const { marks, stack, position } = thread;
    const { slots } = this;
    thread.at++;
    switch (step.op) {
      case 'jump':
        thread.at = step.to;
        return true;
      case 'save':
        stack.push(-1 - step.slot, slots[step.slot]!);
        slots[step.slot] = position;
        return true;
      case 'mark':
        stack.push(-1 - slots.length - step.register, marks[step.register]!);
        marks[step.register] = position;
        return true;
      case 'progress':
        if (marks[step.register] === position) thread.at = step.exit;
        return true;
      case 'anchor':
        return anchors[step.at](this.codes, position);
      case 'look':
        return this.#look(step, thread) !== -1;
      case 'atomic':
        thread.position = this.#look({ program: step.program, behind: 0, negative: false }, thread);
        return thread.position !== -1;
      case 'backreference':
        thread.position = this.#repeats(step.index, position, step.ignoreCase);
        return thread.position !== -1;
      case 'condition':
        if (slots[2 * step.index + 1] === -1) thread.at = step.no;
        return true;
    }
  }

  /** Runs a program of its own at a place or before it; gives where it ended (0 where it was wanted not to match), or −1. */
  #look(step: Pick<Extract<Step, { op: 'look' }>, 'program' | 'behind' | 'negative'>, { position, stack }: Thread): number {
    const { slots } = this;
    const from = position - step.behind;
    const before = step.program.captures ? slots.slice() : undefined;
    const end = from < 0 ? -1 : this.#run(step.program, from);
    if (before && (end === -1 || step.negative)) slots.set(before);
    if ((end !== -1) === step.negative) return -1;
    if (before) for (let slot = 0; slot < slots.length; slot++) if (slots[slot] !== before[slot]) stack.push(-1 - slot, before[slot]!);
    return Math.max(0, end);
  }

  /** The end of the text of a group, found again at `position`; −1 if it is not there, or the group took no part. */
  #repeats(index: number, position: number, ignoreCase: boolean): number {
    const { codes, slots } = this;
    const from = slots[2 * index]!;
    const to = slots[2 * index + 1]!;
    if (from === -1 || to === -1 || position + to - from > codes.length) return -1;
    for (let i = from; i < to; i++, position++) {
      const [a, b] = [codes[i]!, codes[position]!];
      if (a !== b && !(ignoreCase && lower(a) === lower(b))) return -1;
    }
    return position;
  }
}
