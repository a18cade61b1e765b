import { NONE } from '@sdg/core';
import type { CallRecord, Mutable, Observer, Reply, SdgError, ServerTry, TeacherRequest } from '@sdg/core';

/** What a try is for, as far as an observer is told. */
type TryFacts = Pick<ServerTry, 'server' | 'purpose' | 'queuedMs'>;

/** How a try ended, as the book-keeping of a pool knows it. */
type TryEnd = Pick<CallRecord, 'serviceMs' | 'inFlight' | 'limit'>;

/** Tries so far in this process: all that it does is to tell two of them apart. */
let tries = 0;

/** The sample for whose sake a request is made: one that is made once more has a draw of its own under a longer name. */
const askedFor = (sampleId: string): string => (sampleId.includes('/') ? sampleId.replace(/\/again\.\d+$/, '') : sampleId);

/** Tells an observer that a request goes to a server; what is returned tells it how that ended. */
export function tellTry(
  observer: Observer | undefined,
  { server, purpose, queuedMs }: TryFacts,
  { block, sampleId, model, n = 1 }: Partial<TeacherRequest>,
) {
  const hears = observer?.tryBegan !== undefined || observer?.tryEnded !== undefined;
  if (!hears) return () => undefined;
  const begun = { id: ++tries, at: Date.now(), server } as Mutable<ServerTry>;
  if (purpose !== undefined) begun.purpose = purpose;
  if (block !== undefined) begun.block = block;
  if (sampleId !== undefined) begun.sample = askedFor(sampleId);
  if (model !== undefined) begun.model = model;
  begun.n = n;
  begun.queuedMs = queuedMs;
  observer.tryBegan?.(begun);
  return (end: Reply | SdgError, { serviceMs, inFlight, limit }: TryEnd): void => {
    if (!observer.tryEnded) return;
    const isReply = 'usage' in end;
    const record: Mutable<CallRecord> = { ...NONE, ...begun, serviceMs, inFlight, limit, outcome: isReply ? 'ok' : end.code };
    if (isReply) {
      record.promptTokens = end.usage.promptTokens;
      record.completionTokens = end.usage.completionTokens;
    } else {
      record.message = end.message;
      if (end.status !== undefined) record.status = end.status;
    }
    observer.tryEnded(record);
  };
}

/** The same around a question about the server itself, which belongs to no sample. */
export async function tellQuestion<T>(observer: Observer | undefined, server: string, purpose: string, ask: () => Promise<T>): Promise<T> {
  const told = tellTry(observer, { server, purpose, queuedMs: 0 }, { n: 0 });
  const begun = performance.now();
  const end = (what: Reply | SdgError): void => told(what, { serviceMs: performance.now() - begun, inFlight: 1, limit: 1 });
  try {
    const answer = await ask();
    end({ choices: [], model: '', usage: { promptTokens: 0, completionTokens: 0 } });
    return answer;
  } catch (error) {
    end(error as SdgError);
    throw error;
  }
}
