import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { groupBy } from '@sdg/core';

/** A text that the program can say, and what to do then. `…` stands for what is filled in. */
interface Message {
  readonly text: string;
  readonly remedy: string;
}

const isSource = (name: string): boolean => name.endsWith('.ts') && !/\.test\.ts$|test-support|(?:^|\/)docs\//.test(name);

/** The source files of a folder, in a fixed order. */
export const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(isSource)
    .map((name) => `${folder}/${name}`)
    .sort();

/** What a name stands for where it is written: the constant of that name in a block or file around it. */
function valueOf(name: ts.Identifier): ts.Expression | undefined {
  for (let scope: ts.Node = name; scope; scope = scope.parent) {
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) continue;
    const found = scope.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) => declarationList.declarations)
      .find((one) => one.name.getText() === name.text);
    if (found) return found.initializer;
  }
  return undefined;
}

/** All texts that an expression can be, `…` for what is known only when it runs. */
function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isIdentifier(node)) {
    const value = valueOf(node);
    return value ? textsOf(value) : [];
  }
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isTemplateExpression(node)) return [node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')];
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    if (kind === ts.SyntaxKind.PlusToken) return [(textsOf(node.left)[0] ?? '…') + (textsOf(node.right)[0] ?? '…')];
    if (kind === ts.SyntaxKind.QuestionQuestionToken) return [...textsOf(node.left), ...textsOf(node.right)];
  }
  return [];
}

/** A member of an object that is written out, itself or as part of one with a name that is spread into it. */
function memberOf(object: ts.Node | undefined, name: string): ts.Expression | undefined {
  if (!object || !ts.isObjectLiteralExpression(object)) return undefined;
  for (const member of object.properties) {
    if (ts.isPropertyAssignment(member) && member.name.getText() === name) return member.initializer;
    if (ts.isShorthandPropertyAssignment(member) && member.name.text === name) return member.name;
    const found = ts.isSpreadAssignment(member) && ts.isIdentifier(member.expression) && memberOf(valueOf(member.expression), name);
    if (found) return found;
  }
  return undefined;
}

/** Functions that are given a `message` and a `remedy`: at which places, by their names. */
type Makers = ReadonlyMap<string, readonly [message: number, remedy: number]>;

function makersIn(sources: readonly ts.SourceFile[]): Makers {
  const makers = new Map<string, readonly [number, number]>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const place = (name: string): number =>
        node.parameters.findIndex(({ name: given }) =>
          ts.isArrayBindingPattern(given) ? given.elements.some((one) => one.getText() === name) : given.getText() === name,
        );
      const name = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
      if (name && place('message') >= 0 && place('remedy') >= 0) makers.set(name.getText(), [place('message'), place('remedy')]);
    }
    ts.forEachChild(node, visit);
  };
  for (const source of sources) visit(source);
  return makers;
}

interface Said {
  readonly said: ts.Expression;
  readonly remedy: ts.Expression | undefined;
}

/** What is given to a function that makes a message. */
function givenTo({ expression: called, arguments: given }: ts.CallExpression, makers: Makers): Said | undefined {
  const [message, remedy] = makers.get((ts.isPropertyAccessExpression(called) ? called.name : called).getText()) ?? [];
  const said = message === undefined ? undefined : given[message];
  if (!said) return undefined;
  // Together in a list, or each by itself.
  const value = ts.isIdentifier(said) ? valueOf(said) : said;
  const both = value && ts.isAsExpression(value) ? value.expression : value;
  if (!both || !ts.isArrayLiteralExpression(both)) return { said, remedy: given[remedy!] };
  return both.elements[0] && { said: both.elements[0], remedy: both.elements[1] };
}

/** What is said at a place of the source, and the remedy beside it: an error that is made, or a finding. */
function saidAt(node: ts.Node, makers: Makers): Said | undefined {
  if (ts.isCallExpression(node)) return givenTo(node, makers);
  if (ts.isNewExpression(node) && node.expression.getText() === 'SdgError' && node.arguments?.[1]) {
    return { said: node.arguments[1], remedy: memberOf(node.arguments[2], 'remedy') };
  }
  const message = memberOf(node, 'message');
  const remedy = memberOf(node, 'remedy');
  return message && remedy ? { said: message, remedy } : undefined;
}

/** The messages with a remedy that a file can bring about. */
function messagesOf(source: ts.SourceFile, makers: Makers): Message[] {
  const messages: Message[] = [];
  const visit = (node: ts.Node): void => {
    const found = saidAt(node, makers);
    const remedies = found?.remedy ? textsOf(found.remedy).filter((text) => /\p{L}{2}/u.test(text)) : [];
    const texts = found ? textsOf(found.said).filter((text) => /\p{L}{2} \p{L}/u.test(text)) : [];
    if (remedies.length > 0) messages.push(...texts.map((text) => ({ text, remedy: remedies.join('; or: ') })));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return messages;
}

/** The messages of a folder by their texts, each once. */
export function messagesIn(folder: string): Message[] {
  const sources = sourcesIn(folder).map((file) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  const makers = makersIn(sources);
  const byText = groupBy(
    sources.flatMap((source) => messagesOf(source, makers)),
    ({ text }) => text,
  );
  const whole = [...byText].map(([text, all]): Message => ({ text, remedy: [...new Set(all.map(({ remedy }) => remedy))].join('; or: ') }));
  return whole.sort((a, b) => (a.text < b.text ? -1 : 1));
}

/** Why samples are rejected, by the blocks and checks that do. */
export function reasonsIn(folder: string): string[] {
  const reasons = sourcesIn(folder).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\b(?:rejected|refuse)\(\s*'([a-z-]+)'/g)].map(([, reason]) => reason!),
  );
  return [...new Set(reasons)].sort();
}
