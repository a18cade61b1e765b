import { putUp, type Desk } from './desk.js';
import { followBucket } from './follow-stream.js';
import type { RunState } from './manifest.js';
import { bucketName, openBuckets, removeRun } from './names.js';

export interface RunAtServerOptions {
  readonly desk: Desk;
  /** What is limited for all workers together; and whether the seeds have all been read. */
  readonly told: () => Pick<RunState, 'budget' | 'rates' | 'ended'>;
  /** The run was gone, and has been put up again: what is out is gone with it. */
  readonly onAgain: () => void;
}

/**
 * What workers see of a run, kept as it should be: it may be removed or stopped under our hands, by another coordinator, of the same
 * command or of an input with the same beginning, or with the disk of the server.
 */
export class RunAtServer {
  readonly #options: RunAtServerOptions;
  /** When this coordinator took the run up, milliseconds since 1970. */
  readonly #since = Date.now();
  /** It is being put up again. */
  #again: Promise<void> | undefined;
  #isLeft = false;
  #unwatch: () => void = () => undefined;

  constructor(options: RunAtServerOptions) {
    this.#options = options;
  }

  async say(status: RunState['status']): Promise<void> {
    const { link, buckets, names } = this.#options.desk;
    const state: RunState = { status, ...this.#options.told(), at: this.#since };
    await link.persist(() => buckets.runs.put(`${names.run}.state`, JSON.stringify(state)));
  }

  /** Looks whether the run goes on, until it is left. */
  async watch(): Promise<void> {
    const { link, buckets, names } = this.#options.desk;
    const states = followBucket(link, bucketName(link, 'runs'), {
      keys: `${names.run}.state`,
      onLost: async () => {
        await openBuckets(link, buckets.patienceMs);
        await this.#putUpAgain();
      },
    });
    this.#unwatch = () => states.stop();
    if (this.#isLeft) states.stop();
    for await (const { json } of states) {
      const state = json<RunState>();
      if (!state) await this.#putUpAgain();
      else if (state.status === 'stopped' && !this.#isLeft) await this.say('running');
    }
  }

  /** Answers are made again from the replies that there are. */
  async #putUpAgain(): Promise<void> {
    if (this.#isLeft) return;
    const { desk, onAgain } = this.#options;
    desk.link.notice(`run ${desk.names.run} is gone at the server; putting it up again`);
    this.#again = (async () => {
      await putUp(desk.link, desk);
      desk.answers.beginAgain();
      await this.say('running');
      onAgain();
    })();
    await this.#again;
  }

  /** From now on nothing is put right any more. */
  leave(): void {
    this.#isLeft = true;
    this.#unwatch();
  }

  /** Removes the run that has come to its end, or says that it has stopped. */
  async end(isDone: boolean): Promise<void> {
    const { link, buckets, names } = this.#options.desk;
    await this.#again;
    if (isDone) await removeRun(link, buckets, names);
    else await this.say('stopped');
  }
}
