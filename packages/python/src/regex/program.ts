import type { Anchor, CharTest, RegexNode } from './syntax.js';
import { RegexSyntaxError } from './syntax.js';
import { fixedWidth } from './fixed-width.js';

/** One step of a program; `next` is the step after it where none is named. */
export type Step =
  | { readonly op: 'char'; readonly test: CharTest }
  | { readonly op: 'jump'; to: number }
  /**
   * Try `first`; if that fails, `second`. What comes of it depends on the place and on how many of the loops around it
   * (registers, innermost first) began their iteration just here; it is remembered from number `memo` on.
   */
  | { readonly op: 'split'; first: number; second: number; readonly memo: number; readonly loops: readonly number[] }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'anchor'; readonly at: Anchor }
  /** Notes where an iteration of a loop begins. */
  | { readonly op: 'mark'; readonly register: number }
  /** Ends a loop whose last iteration matched nothing: on to `exit` instead of the next step. */
  | { readonly op: 'progress'; readonly register: number; exit: number }
  | { readonly op: 'look'; readonly program: Program; readonly behind: number; readonly negative: boolean }
  | { readonly op: 'atomic'; readonly program: Program }
  | { readonly op: 'backreference'; readonly index: number; readonly ignoreCase: boolean }
  | { readonly op: 'condition'; readonly index: number; no: number }
  | { readonly op: 'match' };

export interface Program {
  readonly steps: readonly Step[];
  /** What can be remembered about splits: facts for each place in the text. */
  readonly facts: number;
  readonly registers: number;
  /** Known where every match begins with a character: what that must be. */
  readonly first?: CharTest;
  /** Whether it notes groups. */
  readonly captures: boolean;
  /** Whether a failure at a step and position is a failure for good: so unless groups are looked back at. */
  readonly memoizable: boolean;
}

/** A counted repeat is written out; beyond this many steps that would be a program to get lost in. */
const MAX_STEPS = 50_000;

/** Compiles a parsed pattern for a backtracking machine, in the manner of Thompson and Pike. */
export function compileProgram(root: RegexNode): Program {
  const steps: Step[] = [];
  let facts = 0;
  let loops: readonly number[] = [];
  let registers = 0;
  let memoizable = true;

  const push = <S extends Step>(step: S): S => {
    if (steps.length >= MAX_STEPS) throw new RegexSyntaxError('the pattern is too large once its repeats are written out', 0);
    steps.push(step);
    return step;
  };
  const split = () => {
    const step = push({ op: 'split', first: 0, second: 0, memo: facts, loops });
    facts += loops.length + 1;
    return step;
  };
  const sub = (node: RegexNode): Program => {
    const program = compileProgram(node);
    memoizable &&= program.memoizable;
    return program;
  };

  /** One iteration of a loop: as in Python, no further one is tried after one that matched nothing. */
  const iteration = (body: RegexNode, register: number) => {
    push({ op: 'mark', register });
    const around = loops;
    loops = [register, ...around];
    emit(body);
    loops = around;
    return push({ op: 'progress', register, exit: 0 });
  };
  /** Any number of iterations, or `count` at most. */
  const loop = (body: RegexNode, count: number, lazy: boolean): void => {
    const endless = count === Number.POSITIVE_INFINITY;
    // What cannot match nothing need not be watched for it.
    const register = (fixedWidth(body) ?? 0) > 0 ? undefined : registers++;
    const rounds = Array.from({ length: endless ? 1 : count }, () => {
      const fork = split();
      const begin = steps.length;
      if (register === undefined) emit(body);
      return { fork, begin, ...(register !== undefined && { progress: iteration(body, register) }) };
    });
    if (endless) push({ op: 'jump', to: rounds[0]!.begin - 1 });
    const exit = steps.length;
    for (const { fork, begin, progress } of rounds) {
      if (progress) progress.exit = exit;
      fork.first = lazy ? exit : begin;
      fork.second = lazy ? begin : exit;
    }
  };

  const emit = (node: RegexNode): void => {
    switch (node.kind) {
      case 'char':
        return void push({ op: 'char', test: node.test });
      case 'anchor':
        return void push({ op: 'anchor', at: node.at });
      case 'sequence':
        return node.items.forEach(emit);
      case 'capture':
        push({ op: 'save', slot: 2 * node.index });
        emit(node.body);
        return void push({ op: 'save', slot: 2 * node.index + 1 });
      case 'choice': {
        const ends: { to: number }[] = [];
        node.options.forEach((option, i) => {
          if (i === node.options.length - 1) return emit(option);
          const fork = split();
          fork.first = steps.length;
          emit(option);
          ends.push(push({ op: 'jump', to: 0 }));
          fork.second = steps.length;
        });
        for (const end of ends) end.to = steps.length;
        return;
      }
      case 'repeat': {
        const { body, min, max, mode } = node;
        if (mode === 'possessive') return void push({ op: 'atomic', program: sub({ ...node, mode: 'greedy' }) });
        for (let i = 0; i < min; i++) emit(body);
        return loop(body, max - min, mode === 'lazy');
      }
      case 'look':
        return void push({
          op: 'look',
          program: sub(node.body),
          behind: node.behind ? fixedWidth(node.body)! : 0,
          negative: node.negative,
        });
      case 'atomic':
        return void push({ op: 'atomic', program: sub(node.body) });
      case 'backreference':
        memoizable = false;
        return void push({ op: 'backreference', index: node.index, ignoreCase: node.ignoreCase });
      case 'condition': {
        memoizable = false;
        const condition = push({ op: 'condition', index: node.index, no: 0 });
        emit(node.yes);
        const end = push({ op: 'jump', to: 0 });
        condition.no = steps.length;
        emit(node.no);
        end.to = steps.length;
        return;
      }
    }
  };

  emit(root);
  push({ op: 'match' });
  const begin = steps.find(({ op }) => op !== 'save');
  const captures = steps.some((step) => step.op === 'save' || ((step.op === 'look' || step.op === 'atomic') && step.program.captures));
  return { steps, facts, registers, captures, memoizable, ...(begin?.op === 'char' && { first: begin.test }) };
}
