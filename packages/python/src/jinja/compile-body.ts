import { compileExpression, compileFilter, used } from './compile-expression.js';
import { items, truth } from './filter.js';
import { loopFields } from './loop-fields.js';
import type { Body, Expression, Parameter, Statement, Target } from './nodes.js';
import { pythonText } from './python-text.js';
import type { Scope } from './scope.js';
import { Callable, Namespace, tuple, Undefined, type Call } from './values.js';

/** How a statement ended, where a loop must know. */
type End = 'break' | 'continue' | undefined;

/** A statement made ready: prints into `out`. */
type Run = (scope: Scope, out: string[]) => End;

/** Statements one after another, up to one that leaves its loop. */
export function compileBody(body: Body): Run {
  const runs = body.map(compileStatement);
  return (scope, out) => {
    for (const run of runs) {
      const end = run(scope, out);
      if (end) return end;
    }
    return undefined;
  };
}

/** What a body prints, as one text. */
function printed(run: Run, scope: Scope): string {
  const out: string[] = [];
  run(scope, out);
  return out.join('');
}

/** Gives a value to a name, to several, or to a field of a namespace. Fails where there are not as many values as names. */
function assign(target: Target, value: unknown, scope: Scope): void {
  if (target.type === 'name') return scope.set(target.name, value);
  if (target.type === 'field') {
    const space = scope.get(target.of);
    if (!(space instanceof Namespace)) throw new TypeError('only a namespace has fields that can be set');
    space.fields.set(target.name, value);
    return undefined;
  }
  const parts = items(used(value));
  if (parts.length !== target.targets.length) throw new RangeError(`${parts.length} values for ${target.targets.length} names`);
  target.targets.forEach((one, i) => assign(one, parts[i], scope));
  return undefined;
}

/** A chain of filters whose first is applied to a text that is given. */
function compileFilters(node: Expression): (text: string, scope: Scope) => unknown {
  if (node.type !== 'filter') throw new TypeError('a filter is wanted');
  const apply = compileFilter(node.name, node.args);
  const before = node.of && compileFilters(node.of);
  return (text, scope) => apply(before ? before(text, scope) : text, scope);
}

/** Whether a part of a template names something, at whatever depth. */
const mentions = (node: unknown, name: string): boolean =>
  typeof node === 'object' &&
  node !== null &&
  (('type' in node && node.type === 'name' && 'name' in node && node.name === name) ||
    Object.values(node).some((part) => mentions(part, name)));

/**
 * A macro: arguments to names, the others to `varargs` and `kwargs`; it prints into the text that it gives. As in Jinja it takes
 * further arguments, and a caller, only where its body names them.
 */
function macroOf(name: string, parameters: readonly Parameter[], body: Body): (scope: Scope) => Callable {
  const run = compileBody(body);
  const ready = parameters.map((parameter) => ({ ...parameter, evaluate: parameter.fallback && compileExpression(parameter.fallback) }));
  const takes = (word: string): boolean => mentions(body, word);
  const [takesCaller, takesNamed, takesMore] = [takes('caller'), takes('kwargs'), takes('varargs')];
  return (outside) => {
    const call: Call = (args, given) => {
      const scope = outside.inner();
      const rest = new Map(Object.entries(given));
      for (const [i, parameter] of ready.entries()) {
        if (i < args.length) scope.set(parameter.name, args[i]);
        else if (rest.has(parameter.name)) scope.set(parameter.name, rest.get(parameter.name));
        else scope.set(parameter.name, parameter.evaluate ? parameter.evaluate(scope) : new Undefined(parameter.name));
        if (i >= args.length) rest.delete(parameter.name);
      }
      // Its own, not that of a macro around it.
      if (takesCaller) scope.set('caller', rest.get('caller') ?? new Undefined('caller'));
      if (takesCaller) rest.delete('caller');
      const [odd] = rest.keys();
      if (odd === 'caller' && !takesNamed) throw new TypeError(`macro ${name} takes no caller: it has no {{ caller() }}`);
      if (odd !== undefined && !takesNamed) throw new TypeError(`macro ${name} takes no argument named ${odd}`);
      if (args.length > ready.length && !takesMore) {
        throw new TypeError(`macro ${name} takes at most ${ready.length} arguments, not ${args.length}`);
      }
      scope.set('varargs', tuple(...args.slice(ready.length)));
      scope.set('kwargs', rest);
      return printed(run, scope);
    };
    const macro = new Callable(name, call);
    macro.fields = new Map<string, unknown>([
      ['name', name],
      ['arguments', tuple(...ready.map((parameter) => parameter.name))],
    ]);
    return macro;
  };
}

function compileFor(node: Extract<Statement, { type: 'for' }>): Run {
  const [over, body, otherwise] = [compileExpression(node.over), compileBody(node.body), compileBody(node.otherwise)];
  const test = node.test && compileExpression(node.test);
  const loop = (list: readonly unknown[], scope: Scope, out: string[], depth: number): void => {
    const enter = (item: unknown): Scope => {
      const inner = scope.inner();
      assign(node.target, item, inner);
      return inner;
    };
    const chosen = test ? list.filter((item) => truth(used(test(enter(item))))) : list;
    if (chosen.length === 0) return void otherwise(scope, out);
    const again: Call = ([more]) => {
      const inside: string[] = [];
      loop(items(used(more)), scope, inside, depth + 1);
      return inside.join('');
    };
    const refuse: Call = () => {
      throw new TypeError('the loop is not recursive: write {% for … recursive %}');
    };
    const state = new Callable('loop', node.recursive ? again : refuse);
    const fieldsAt = loopFields(chosen, depth);
    for (const [i, item] of chosen.entries()) {
      const inner = enter(item);
      state.fields = fieldsAt(i);
      inner.set('loop', state);
      if (body(inner, out) === 'break') break;
    }
  };
  return (scope, out) => void loop(items(used(over(scope))), scope, out, 0);
}

function compileIf(node: Extract<Statement, { type: 'if' }>): Run {
  const branches = node.branches.map(({ test, body }) => ({ test: compileExpression(test), run: compileBody(body) }));
  const otherwise = compileBody(node.otherwise);
  return (scope, out) => {
    const branch = branches.find(({ test }) => truth(used(test(scope))));
    return (branch ? branch.run : otherwise)(scope, out);
  };
}

function compileCallBlock(node: Extract<Statement, { type: 'call-block' }>): Run {
  const caller = macroOf('caller', node.parameters, node.body);
  if (node.call.type !== 'call') throw new TypeError('a call is wanted');
  const { callee, args, offset } = node.call;
  const call = compileExpression({
    type: 'call',
    callee,
    args: [...args, { kind: 'named', name: 'caller', value: { type: 'name', name: ' caller', offset } }],
    offset,
  });
  return (scope, out) => {
    const inner = scope.inner();
    // No template can write a name with a space in it.
    inner.set(' caller', caller(scope));
    out.push(pythonText(call(inner)));
    return undefined;
  };
}

function compileWith(node: Extract<Statement, { type: 'with' }>): Run {
  const values = node.values.map(({ target, value }) => ({ target, evaluate: compileExpression(value) }));
  const body = compileBody(node.body);
  return (scope, out) => {
    const inner = scope.inner();
    for (const { target, evaluate } of values) assign(target, evaluate(scope), inner);
    return body(inner, out);
  };
}

function compileStatement(node: Statement): Run {
  switch (node.type) {
    case 'text':
      return (_, out) => void out.push(node.text);
    case 'print': {
      const value = compileExpression(node.value);
      return (scope, out) => void out.push(pythonText(value(scope)));
    }
    case 'if':
      return compileIf(node);
    case 'for':
      return compileFor(node);
    case 'set': {
      const value = compileExpression(node.value);
      return (scope) => assign(node.target, value(scope), scope) as undefined;
    }
    case 'set-block': {
      const [body, filters] = [compileBody(node.body), node.filters ? compileFilters(node.filters) : (text: string) => text];
      return (scope) => assign(node.target, filters(printed(body, scope.inner()), scope), scope) as undefined;
    }
    case 'filter-block': {
      const [body, filters] = [compileBody(node.body), compileFilters(node.filters)];
      return (scope, out) => void out.push(pythonText(filters(printed(body, scope.inner()), scope)));
    }
    case 'macro': {
      const macro = macroOf(node.name, node.parameters, node.body);
      return (scope) => scope.set(node.name, macro(scope)) as undefined;
    }
    case 'call-block':
      return compileCallBlock(node);
    case 'with':
      return compileWith(node);
    case 'break':
    case 'continue':
      return () => node.type;
  }
}
