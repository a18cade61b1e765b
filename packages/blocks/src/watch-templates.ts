import { Drop, scopeOf, type BlockContext, type Outcome, type Sample } from '@sdg/core';
import { describeTemplates, TemplateWatch } from '@sdg/similarity';
import { defer, tap, type OperatorFunction } from 'rxjs';

/**
 * Says at the end of the stream where a search for repeats by letters has eaten a set whose texts share a template: see
 * {@link TemplateWatch}. `find` makes the search, which is told what it has decided of a text with `note`.
 */
export function watchTemplates<S extends Sample>(
  context: BlockContext,
  textOf: (sample: S) => string,
  find: (note: (sample: S, outcome: Outcome<S>) => Outcome<S>) => OperatorFunction<S, S>,
): OperatorFunction<S, S> {
  return (source) =>
    defer(() => {
      const watch = new TemplateWatch();
      const note = (sample: S, outcome: Outcome<S>): Outcome<S> => {
        watch.see(textOf(sample), outcome instanceof Drop, scopeOf(sample));
        return outcome;
      };
      const tell = (): void => {
        if (watch.finding) context.notice(describeTemplates(watch.finding), 'warning');
      };
      return source.pipe(find(note), tap({ complete: tell }));
    });
}
