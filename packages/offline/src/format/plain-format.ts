import type { Aim } from '../prompt/find-aim.js';
import type { PromptParts } from '../prompt/read-prompt.js';
import type { Field, Format, Values } from './format.js';

const field = (role: Field['role']): Field => ({ name: role, role });

/** A reply without tags: as the prompt's own labels and brackets have it (`### Question 1:`, `Rating: [[2]]`), else bare. */
export function plainFormat(aim: Aim, { text, directions }: Pick<PromptParts, 'text' | 'directions'>): Format {
  const numbered = /^(#{1,5} |\*\*)?((?:Question|Instruction|Task|Q))\s+(?:\d{1,2}|[nN]|X|<\w+>|\{\w+\})\s*:/mu.exec(text);
  const joined = (fields: readonly Field[], many: boolean, write: (values: Values, i: number) => string, between = '\n\n'): Format => ({
    fields,
    many,
    render: (records) => records.map(write).join(between),
  });
  switch (aim) {
    case 'judge': {
      const brackets = /\[\[/u.test(text);
      const label =
        /\b(Rating|Score|Grade|Verdict|Judg(?:e)?ment|Answer)\s*:\s*\[{0,2}(?:\d|n\b|<|\{|YES|Yes)/u.exec(text)?.[1] ??
        (brackets ? 'Rating' : undefined);
      const isVerdict =
        label === undefined &&
        /\b(?:only|just|simply|single word|one word)\b[^.\n]{0,40}\b(?:YES|yes|Yes|number|integer|score|rating)\b|\b(?:answer|respond|reply) (?:with )?(?:only )?["'“]?(?:YES|yes|Yes)\b/u.test(
          directions,
        );
      if (isVerdict) return joined([field(/\b(?:YES|Yes|yes)\b/u.test(directions) ? 'verdict' : 'score')], false, ([value]) => value!);
      const role = /verdict|judg|answer/iu.test(label ?? '') || (label === undefined && /\bYES\b/u.test(text)) ? 'verdict' : 'score';
      return joined(
        [field('explanation'), field(role)],
        false,
        ([explanation, value]) =>
          `${explanation!}\n\n${label ?? (role === 'verdict' ? 'Answer' : 'Score')}: ${brackets ? `[[${value!}]]` : value!}`,
      );
    }
    case 'questions':
      if (numbered) {
        return joined(
          [field('question')],
          true,
          ([question], i) => `${numbered[1] ?? ''}${numbered[2]!} ${i + 1}:${numbered[1]?.startsWith('**') ? '**' : ''}\n${question!}`,
        );
      }
      return /\b(?:a|one|single) (?:new )?question\b/iu.test(directions)
        ? joined([field('question')], false, ([question]) => question!)
        : joined([field('question')], true, ([question], i) => `${i + 1}. ${question!}`, '\n');
    case 'pairs':
    case 'choices': {
      const labels =
        /^(?:\*\*)?(Question|Q|Instruction)(?: \d+)?(?:\*\*)?:[\s\S]*?^(?:\*\*)?(Answer|A|Response|Output)(?: \d+)?(?:\*\*)?:/mu.exec(text);
      const many = /\bpairs\b/iu.test(directions) && !/\b(?:a |one )?single\b|\bone (?:new )?(?:question|pair)\b/iu.test(directions);
      const fields = [field('question'), field('answer')];
      if (labels && !/no labels/iu.test(directions)) {
        return joined(fields, many, ([question, answer]) => `${labels[1]!}: ${question!}\n${labels[2]!}: ${answer!}`);
      }
      return joined(fields, many, ([question, answer]) => `${question!}\n${answer!}`);
    }
    default:
      return joined(
        [field(aim === 'context' || aim === 'summary' || aim === 'facts' || aim === 'correction' ? aim : 'answer')],
        false,
        ([value]) => value!,
      );
  }
}
