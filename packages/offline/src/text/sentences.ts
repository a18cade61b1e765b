const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** A full stop after one of these does not end a sentence. */
const ABBREVIATION = /(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|No|vs|etc|e\.g|i\.e|cf|ca|approx|Fig|Vol|\p{Lu})\.\s*$/u;

/** The sentences of running text, white space folded. Splits by Unicode rules, then heals cuts after abbreviations. */
export function splitSentences(text: string): readonly string[] {
  const sentences: string[] = [];
  for (const { segment } of segmenter.segment(text.replace(/\s+/gu, ' ').trim())) {
    const last = sentences.at(-1);
    if (last !== undefined && ABBREVIATION.test(last)) sentences[sentences.length - 1] = last + segment;
    else sentences.push(segment);
  }
  return sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}
