import { llmJson } from '@sdg/blocks';
import { Gate, observers, Run, SdgError, seedSample, type Observer, type Sample } from '@sdg/core';
import { DocumentPool, namedDocuments, readInOrder, type NamedDocument } from '@sdg/documents';
import { Losses, openTeacher, specOf } from '@sdg/session';
import { from, lastValueFrom, toArray } from 'rxjs';
import type { InitInvocation } from '../commands/init.js';
import type { KnowledgeSeeds, SeedPair } from './templates.js';

/** What InstructLab's schema asks for: passages, and pairs of each. */
const EXAMPLES = 5;
const PAIRS = 3;

interface Passage {
  readonly text: string;
  readonly file: string;
  readonly title: string;
}

const prompt = {
  system: 'You write questions and answers that show by example how a document is to be asked about.',
  principles:
    `Write exactly ${PAIRS} questions that the passage answers, as unlike each other as it allows, and answer each from the ` +
    `passage alone, in whole sentences. A question names in full what it is about and does not speak of "the passage": whoever ` +
    `reads it does not have it.
Reply with a JSON list of ${PAIRS} objects with the members question and answer.`,
  generation: 'The passage:\n{{ document }}',
};

const text = { type: 'string', minLength: 1 };
const schema = { type: 'array', items: { type: 'object', properties: { question: text, answer: text }, required: ['question', 'answer'] } };

/** Passages of the documents: of different files where there are several, and of different places in each. */
async function readPassages(paths: readonly string[], { complain, interrupted }: InitInvocation): Promise<Passage[]> {
  const pool = new DocumentPool();
  const byFile: Passage[][] = [];
  try {
    const files = namedDocuments(paths, { onError: (file, message) => complain(`${file}: ${message}`) });
    for await (const { file, result } of readInOrder(files, pool, interrupted)) {
      const { file: name } = file as NamedDocument;
      if (result.failure && !result.failure.isOther) complain(`${name}: ${result.failure.message}; it is left out`);
      const whole = result.chunks.filter(({ body }) => body.split(/\s+/).length >= 12 || body.length > 120);
      const passages = (whole.length > 0 ? whole : result.chunks).map((chunk) => ({
        text: chunk.text,
        file: name,
        title: result.title ?? name,
      }));
      if (passages.length > 0) byFile.push(passages);
    }
  } finally {
    await pool.close();
  }
  // In turn from each file, spread over its length; a few more than needed, for those that nothing can be asked about.
  const wanted = EXAMPLES * 3;
  const each = Math.max(1, Math.ceil(wanted / Math.max(1, byFile.length)));
  const spread = byFile.map((passages) =>
    Array.from(
      { length: Math.min(each, passages.length) },
      (_, i) => passages[Math.floor((i * passages.length) / Math.min(each, passages.length))]!,
    ),
  );
  return Array.from({ length: each }, (_, turn) => spread.flatMap((passages) => passages[turn] ?? []))
    .flat()
    .slice(0, wanted);
}

/**
 * Pairs on each passage, by the teacher. Those of which it makes too few, or the same twice, are left out, and `losses` may know why.
 * @throws SdgError if it refuses all
 */
async function askForPairs(
  passages: readonly Passage[],
  invocation: InitInvocation,
  losses: Losses,
): Promise<{ passage: Passage; pairs: SeedPair[] }[]> {
  const { flags, env, say } = invocation;
  const observer: Observer = { notice: (note) => say(note) };
  const teacher = await openTeacher(specOf(flags), { env, observer });
  try {
    const run = new Run({ teacher, gate: new Gate({ slots: passages.length }), observer: observers(observer, losses.observer) });
    const seeds = passages.map(({ text: document }) => seedSample({ document }));
    const asked = from(seeds).pipe(
      llmJson<Sample>({ prompt, schema, gen_kwargs: { temperature: 0.3, max_tokens: 1024 } }, run.block('draft')),
      toArray(),
    );
    const rows = await lastValueFrom(asked, { defaultValue: [] as Sample[] });
    const nothing = losses.nothingOut(run.ledger);
    if (rows.length === 0 && nothing?.code === 'teacher-hopeless') throw nothing;
    return passages.flatMap((passage) => {
      const pairs = new Map<string, SeedPair>();
      for (const row of rows) {
        if (row['document'] === passage.text) {
          pairs.set(String(row['question']), { question: String(row['question']), answer: String(row['answer']) });
        }
      }
      return pairs.size < PAIRS ? [] : [{ passage, pairs: [...pairs.values()].slice(0, PAIRS) }];
    });
  } finally {
    await teacher.close?.();
  }
}

/**
 * Seed examples drafted from documents by the teacher. Fails with `bad-input` where the documents are too few or too short for
 * five passages.
 */
export async function draftKnowledge(
  paths: readonly string[],
  repo: string,
  patterns: readonly string[],
  invocation: InitInvocation,
): Promise<KnowledgeSeeds> {
  const passages = await readPassages(paths, invocation);
  if (passages.length === 0) {
    throw new SdgError('bad-input', `${paths.join(', ')}: no document that has text`, { remedy: 'name a folder of documents with --from' });
  }
  const losses = new Losses();
  const drafted = (await askForPairs(passages, invocation, losses)).slice(0, EXAMPLES);
  if (drafted.length < EXAMPLES) {
    const why = losses.most(1);
    throw new SdgError('bad-input', `only ${drafted.length} of ${EXAMPLES} passages came to ${PAIRS} pairs each${why && `: ${why}`}`, {
      remedy: 'name more documents, or a better teacher; sdg init knowledge without --from writes a file to fill in by hand',
    });
  }
  const titles = [...new Set(drafted.map(({ passage }) => passage.title))];
  return {
    domain: invocation.flags.domain ?? titles[0]!,
    outline: titles.slice(0, 5).join('; '),
    repo,
    patterns,
    isDraft: true,
    examples: drafted.map(({ passage, pairs }) => ({ context: passage.text, pairs })),
  };
}
