import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

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

/** All texts that an expression can be, `…` for what is known only when it runs. */
function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
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

const memberOf = (object: ts.Node | undefined, name: string): ts.Expression | undefined =>
  object && ts.isObjectLiteralExpression(object)
    ? object.properties.find((member): member is ts.PropertyAssignment => ts.isPropertyAssignment(member) && member.name.getText() === name)
        ?.initializer
    : undefined;

/** What is said at a place of the source, and the remedy beside it: an error that is made, or a finding. */
function saidAt(node: ts.Node): { said: ts.Expression; remedy: ts.Expression | undefined } | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === 'SdgError' && node.arguments?.[1]) {
    return { said: node.arguments[1], remedy: memberOf(node.arguments[2], 'remedy') };
  }
  const message = memberOf(node, 'message');
  const remedy = memberOf(node, 'remedy');
  return message && remedy ? { said: message, remedy } : undefined;
}

/** The messages with a remedy that a file can bring about. */
function messagesOf(file: string): Message[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const messages: Message[] = [];
  const visit = (node: ts.Node): void => {
    const found = saidAt(node);
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
  const byText = new Map(
    sourcesIn(folder)
      .flatMap(messagesOf)
      .map((message) => [message.text, message]),
  );
  return [...byText.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
}

/** Why samples are rejected, by the blocks and checks that do. */
export function reasonsIn(folder: string): string[] {
  const reasons = sourcesIn(folder).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\b(?:rejected|refuse)\(\s*'([a-z-]+)'/g)].map(([, reason]) => reason!),
  );
  return [...new Set(reasons)].sort();
}
