import { isAsciiWord, isWord, lower } from './char-tests.js';
import type { Program } from './program.js';
import type { Anchor } from './syntax.js';

/** A pattern took more steps on a text than it may. */
export class PatternTooSlow extends Error {
  override readonly name = 'PatternTooSlow';
}

/** Steps of all attempts on one text, at most: about a second. Only patterns that look back at groups can reach it. */
const MAX_STEPS = 20_000_000;

const NO_MARKS = new Int32Array(0);

function holds(at: Anchor, codes: ArrayLike<number>, position: number): boolean {
  const word = at === 'ascii-word-edge' || at === 'no-ascii-word-edge' ? isAsciiWord : isWord;
  const edge = (): boolean =>
    (position > 0 && word(codes[position - 1]!)) !== (position < codes.length && word(codes[position]!));
  switch (at) {
    case 'start':
      return position === 0;
    case 'line-start':
      return position === 0 || codes[position - 1] === 10;
    case 'end':
      return position === codes.length;
    case 'line-end':
      return position === codes.length || codes[position] === 10;
    case 'before-end':
      return position === codes.length || (position === codes.length - 1 && codes[position] === 10);
    case 'word-edge':
    case 'ascii-word-edge':
      return codes.length > 0 && edge();
    case 'no-word-edge':
    case 'no-ascii-word-edge':
      // Python before 3.14: \B does not match an empty text either.
      return codes.length > 0 && !edge();
  }
}

/** Which splits of a program were tried where, in vain unless an attempt under way succeeds. */
interface Memo {
  readonly bits: Uint32Array;
  /** Those of the attempt under way. */
  readonly tried: number[];
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

  constructor(
    readonly codes: ArrayLike<number>,
    groups: number,
  ) {
    this.slots = new Int32Array(2 * groups + 2).fill(-1);
    this.#limit = Math.min(MAX_STEPS, CARELESS_STEPS * (codes.length + 100));
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

  #attempt({ steps, registers }: Program, start: number, memo: Memo | undefined, notEndingAt: number): number {
    const { codes, slots } = this;
    const marks = registers === 0 ? NO_MARKS : new Int32Array(registers);
    // Pairs: a step and a position to go on from, or −1 − (slot or register) and the value to put back.
    const stack: number[] = [0, start];
    const width = codes.length + 1;

    while (stack.length > 0) {
      let position = stack.pop()!;
      let at = stack.pop()!;
      if (at < 0) {
        const slot = -1 - at;
        if (slot < slots.length) slots[slot] = position;
        else marks[slot - slots.length] = position;
        continue;
      }
      for (;;) {
        if (++this.#steps > this.#limit) throw this.#careful ? new PatternTooSlow('the pattern takes too many steps on this text') : TOO_MANY;
        const step = steps[at]!;
        if (step.op === 'char') {
          if (position >= codes.length || !step.test(codes[position]!)) break;
          position++;
          at++;
        } else if (step.op === 'split') {
          if (memo) {
            let fresh = 0;
            while (fresh < step.loops.length && marks[step.loops[fresh]!] === position) fresh++;
            const bit = (step.memo + fresh) * width + position;
            const mask = 1 << (bit & 31);
            if (memo.bits[bit >>> 5]! & mask) break;
            memo.bits[bit >>> 5]! |= mask;
            memo.tried.push(bit);
          }
          stack.push(step.second, position);
          at = step.first;
        } else if (step.op === 'jump') {
          at = step.to;
        } else if (step.op === 'save') {
          stack.push(-1 - step.slot, slots[step.slot]!);
          slots[step.slot] = position;
          at++;
        } else if (step.op === 'mark') {
          stack.push(-1 - slots.length - step.register, marks[step.register]!);
          marks[step.register] = position;
          at++;
        } else if (step.op === 'progress') {
          at = marks[step.register] === position ? step.exit : at + 1;
        } else if (step.op === 'anchor') {
          if (!holds(step.at, codes, position)) break;
          at++;
        } else if (step.op === 'match') {
          if (position === notEndingAt) break;
          return position;
        } else if (step.op === 'look' || step.op === 'atomic') {
          const from = step.op === 'look' ? position - step.behind : position;
          const before = step.program.captures ? slots.slice() : undefined;
          const end = from < 0 ? -1 : this.#run(step.program, from);
          const wanted = step.op === 'atomic' || !step.negative;
          if (before && (end === -1 || !wanted)) slots.set(before);
          if ((end !== -1) !== wanted) break;
          if (before) for (let slot = 0; slot < slots.length; slot++) if (slots[slot] !== before[slot]) stack.push(-1 - slot, before[slot]!);
          if (step.op === 'atomic') position = end;
          at++;
        } else if (step.op === 'backreference') {
          const end = this.#repeats(step.index, position, step.ignoreCase);
          if (end === -1) break;
          position = end;
          at++;
        } else {
          at = slots[2 * step.index + 1] === -1 ? step.no : at + 1;
        }
      }
    }
    return -1;
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
