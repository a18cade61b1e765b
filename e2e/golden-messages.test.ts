import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** A text that the code can print, as a pattern: whatever stands between its fixed parts. */
interface Message {
  /** File and line. */
  readonly at: string;
  readonly text: string;
  readonly pattern: RegExp;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`);
const sources = (folder: string): string[] =>
  filesIn(`${root}${folder}`).filter((file) => file.endsWith('.ts') && !/\.test\.ts$|test-support|\/docs\//.test(file));

/** Members of objects, and functions and errors, whose texts people read. */
const MEMBERS = new Set(['message', 'remedy', 'problem', 'faults', 'lacking']);
/** Variables that are part of such texts. */
const VARIABLES = new Set(['why', 'found', 'hint', 'cut', 'remedy', 'IN_QUOTES', 'REFUSED', 'refusedFilters']);
const CALLS = /(?:Error|Refused|NotComparable|PatternTooSlow|^fail|#fail|#unexpected|\.error|^report|^refuse|^wrong|^super)$/;

/** Where a text goes: the member or call at the end of the conditions, sums and templates around it. */
function placeOf(text: ts.Node): { readonly place: ts.Node; readonly from: ts.Node } {
  let [from, place] = [text, text.parent];
  while (
    ts.isConditionalExpression(place) ||
    ts.isBinaryExpression(place) ||
    ts.isParenthesizedExpression(place) ||
    ts.isTemplateSpan(place) ||
    ts.isTemplateExpression(place)
  ) {
    [from, place] = [place, place.parent];
  }
  return { place, from };
}

function isPrinted(text: ts.Node): boolean {
  const { place, from } = placeOf(text);
  if (ts.isVariableDeclaration(place)) return VARIABLES.has(place.name.getText());
  if (ts.isPropertyAssignment(place)) {
    const table = place.parent.parent;
    return (
      place.initializer === from &&
      (MEMBERS.has(place.name.getText()) || (ts.isVariableDeclaration(table) && VARIABLES.has(table.name.getText())))
    );
  }
  if (!ts.isCallExpression(place) && !ts.isNewExpression(place)) return false;
  return CALLS.test(place.expression.getText()) && (place.arguments ?? ([] as readonly ts.Node[])).some((argument) => argument === from);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
/** As in the lines of a lint or the members of a record. */
const written = (text: string): string => escaped(text).replaceAll('"', '\\\\?"');

function messageOf(text: ts.StringLiteralLike | ts.TemplateExpression, at: string): Message {
  const parts = ts.isTemplateExpression(text) ? [text.head.text, ...text.templateSpans.map(({ literal }) => literal.text)] : [text.text];
  return { at, text: text.getText(), pattern: new RegExp(parts.map(written).join('[^\\n]*?')) };
}

/** The texts of at least two words that a source file can print. */
function messagesOf(file: string): Message[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Message[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) && /\p{L}{2} \p{L}/u.test(node.getText()) && isPrinted(node)) {
      found.push(messageOf(node, `${file.slice(root.length)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Texts that no input can bring about, and why. */
const unreachable: Readonly<Record<string, string>> = {
  "'the reply has no outputs'": 'the HTTP teacher makes a call again whose reply has no choices; a teacher of one’s own may give it',
  '`filter on column "${settings.filter_column}": ${fault.message}`':
    'for operators in code; of a pipeline the lint says it, with the place',
  '`the catalogue has no block type "${type}"`': 'for code that loads and compiles with two catalogues',
  "'compile with the catalogue that the pipeline was loaded with'": 'for code that loads and compiles with two catalogues',
  '`chain ${stage.chain}: a block that needs order and asks the teacher cannot be folded`': 'for code that folds: no command does yet',
  "'run the pipeline in one process'": 'for code that folds: no command does yet',
  "'a seed came after the end of the input'": 'for code that folds: no command does yet',
  '`stage ${stage.chain} ${stage.index} needs the order of the ${stage.order}, so it does not run sample by sample`':
    'for code that runs units: no command does yet',
  '`block ${context.name} needs an embedder and the run has none`': 'for operators in code: sdg-run opens one first, or says so',
  "'pass --embedder static:FOLDER, onnx:FOLDER, or the URL of a server'": 'for operators in code: sdg-run opens one first, or says so',
  '`${embedder.name} knows no word of the text`': 'rejections.test.ts has such a text; here the name would hold a port',
  "'must have no equal items'": 'schemas of qna.yaml alone ask for it, and lint has words of its own for them',
  "'LanguageBlock needs tinyld, which is not installed'": 'it is installed here; package.test.ts has others that are not',
  "'npm install tinyld@1.3.4'": 'it is installed here; package.test.ts has others that are not',
  "'give samples as JSON has them'": 'commands read samples as JSON; sample-fault.test.ts makes others',
  '`exactly: ${name} takes a whole number from 0 up; not ${String(value)}`': 'flags are read as numbers before; exactly.test.ts has others',
};

const golden = filesIn(`${root}e2e/cases`)
  .filter((file) => /\/exp(?:out|err)$/.test(file))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
const compiler = ['packages/pipeline/src', 'packages/blocks/src', 'packages/config/src', 'packages/python/src/yaml'].flatMap(sources);

describe('golden cases', () => {
  const messages = compiler.flatMap(messagesOf);

  it('show every message of the compiler and the blocks', () => {
    expect(messages.length).toBeGreaterThan(200);
    expect(
      messages
        .filter(({ text, pattern }) => !Object.hasOwn(unreachable, text) && !pattern.test(golden))
        .map(({ at, text }) => `${at} ${text}`),
    ).toEqual([]);
  });

  it('need no excuse for messages that they show, or that there are not', () => {
    const needed = messages.filter(({ pattern }) => !pattern.test(golden)).map(({ text }) => text);
    expect(Object.keys(unreachable).filter((text) => !needed.includes(text))).toEqual([]);
  });

  it('show every reason to reject a sample', () => {
    const reasons = compiler.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\b(?:rejected|refuse)\('([a-z-]+)'/g)].map(([, reason]) => reason!),
    );
    expect(new Set(reasons).size).toBeGreaterThanOrEqual(20);
    expect([...new Set(reasons)].filter((reason) => !new RegExp(`: ${reason}: |"${reason}"`).test(golden))).toEqual([]);
  });

  it('show every example of every block, as it says', () => {
    const shown = readFileSync(`${root}e2e/cases/blocks/examples/expout`, 'utf8');
    const titles = [...catalog.values()].flatMap(({ type, examples }) => examples.map(({ title }) => `# ${type}: ${title}`));
    expect(shown.split('\n').filter((line) => line.startsWith('# '))).toEqual(titles);
    expect(shown).not.toContain('but the example says');
  });
});
