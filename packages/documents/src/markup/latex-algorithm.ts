import { all } from '../most-of.js';
import { closingBrace } from './latex-text.js';

/** Environments of algorithms: of algorithmic, algpseudocode and algorithm2e. */
export const algorithms = /^(?:algorithm|algorithmic|algorithm2e|algo)\*?$/;

/** What commands of algorithms print, each at the beginning of a line. */
const words: Readonly<Record<string, string>> = {
  ...all('', 'state statex'),
  ...all('if', 'if uif lif eif'),
  ...all('else if', 'elsif elseif uelseif lelseif'),
  ...all('else', 'else uelse lelse'),
  ...all('for', 'for lfor'),
  ...all('for all', 'forall lforall'),
  ...all('for each', 'foreach lforeach'),
  ...all('while', 'while lwhile'),
  ...all('return', 'return kwret'),
  ...all('Input:', 'input kwin kwinput'),
  ...all('Output:', 'output kwout kwoutput'),
  ...{ kwdata: 'Data:', kwresult: 'Result:', require: 'Require:', ensure: 'Ensure:' },
  ...{ repeat: 'repeat', until: 'until', loop: 'loop', print: 'print', procedure: 'procedure', function: 'function' },
  ...Object.fromEntries('if for while loop procedure function'.split(' ').map((name) => [`end${name}`, `end ${name}`])),
};
/** Those that print their word within a line. */
const inline: Readonly<Record<string, string>> = {
  ...all('▷', 'comment tcp tcc'),
  ...{ kwto: 'to', to: 'to', and: 'and', or: 'or', not: 'not', true: 'true', false: 'false' },
};

/** What is a formula, a call of two arguments, a command, or the end of a statement. */
const pieces =
  /\$(?:\\.|[^$\\])*\$|\\\(.*?\\\)|\\(Procedure|Function|Call)\s*\{([^{}]*)\}\s*\{|\\([A-Z]|[lu](?=[A-Z])|e(?=If)|tc[cp])([A-Za-z]*)\*?(?:\[[^\]]*\])?|\\;/gs;

/** The arguments in braces that stand at a place, and where they end. */
function bracesAt(tex: string, at: number): { readonly args: readonly string[]; readonly end: number } {
  const args: string[] = [];
  let end = at;
  for (let open = /^\s*\{/.exec(tex.slice(end, end + 100)); open && args.length < 3; open = /^\s*\{/.exec(tex.slice(end, end + 100))) {
    const start = end + open[0].length;
    end = closingBrace(tex, start - 1) + 1;
    args.push(tex.slice(start, end - 1));
  }
  return { args, end };
}

/** What a command of an algorithm stands for, and where that ends; undefined: it is none. */
function step(tex: string, name: string, at: number, depth: number): { readonly stands: string; readonly end: number } | undefined {
  const word = words[name];
  if (word === undefined) return name in inline ? { stands: ` ${inline[name]} `, end: at } : undefined;
  const { args, end } = bracesAt(tex, at);
  if (word === '' || args.length < 2 || depth >= 50) return { stands: `\\\\ ${word} `, end: at };
  // What algorithm2e repeats stands in braces behind the condition.
  const [condition, ...bodies] = args.map((arg) => algorithmTex(arg, depth + 1));
  const close = /^[lu]/.test(name) ? '' : `\\\\ end ${word}`;
  return { stands: `\\\\ ${word} ${condition} \\\\ ${bodies.join('\\\\ else \\\\ ')}${close} \\\\ `, end };
}

/** The source of an algorithm with the words that its commands print: without them no one could tell a loop from a condition. */
export function algorithmTex(tex: string, depth = 0): string {
  let said = '';
  let from = 0;
  for (const { 0: whole, 1: called, 2: name, 3: first, 4: rest = '', index } of tex.matchAll(pieces)) {
    if (index < from) continue;
    const behind = index + whole.length;
    let found = first === undefined ? undefined : step(tex, (first + rest).toLowerCase(), behind, depth);
    if (called !== undefined) {
      const close = closingBrace(tex, behind - 1);
      found = { stands: `${called === 'Call' ? '' : `\\\\ ${called.toLowerCase()} `}${name}(${tex.slice(behind, close)})`, end: close + 1 };
    } else if (whole === '\\;') found = { stands: '\\\\ ', end: behind };
    if (!found) continue;
    said += tex.slice(from, index) + found.stands;
    from = found.end;
  }
  return said + tex.slice(from);
}
