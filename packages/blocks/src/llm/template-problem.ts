import { didYouMean } from '@sdg/core';
import { Refused, TemplateSyntaxError, UnknownName } from '@sdg/python/jinja';

/** What to do about a template that does not parse, where that can be said. */
function templateRemedy(error: TemplateSyntaxError): string | undefined {
  if (!(error instanceof UnknownName)) return error.remedy;
  const { word, known, remedy } = error;
  const meant = error.kind === 'statement' || remedy === undefined ? didYouMean(word, known) : '';
  return (
    meant ||
    (remedy ??
      `there are ${known
        .filter((name) => /^\w/.test(name))
        .sort()
        .join(', ')}`)
  );
}

/** What is wrong with a template that does not parse, and what to do, for findings. */
export function templateProblem(error: Error): { readonly message: string; readonly remedy?: string } {
  const remedy = error instanceof TemplateSyntaxError ? templateRemedy(error) : undefined;
  return { message: `the template does not parse: ${error.message}`, ...(remedy !== undefined && { remedy }) };
}

/** Whether a message says enough without the words that the template does not parse. */
export const saysAll = (error: Error): boolean => error instanceof Refused || (error instanceof UnknownName && error.kind !== 'statement');
