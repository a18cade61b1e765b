import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Frame, Section } from './frame.js';
import { answerIn, eachLine, MeetingPlace, toldIn, type Answer, type Told } from './meeting-place.js';
import { isInFront } from './terminal.js';

const EVERY = 200;
/** Milliseconds that the end of a program waits for its last lines to be shown by the one that draws. */
const PATIENCE = 3000;
/** Milliseconds without a word from the one that draws after which it is passed over: it was stopped, say, and not ended. */
const SILENCE = 2000;
/** Milliseconds between two drawings after which the process may have been stopped: whether it was is known a moment later. */
const LATE = 3 * EVERY;

/**
 * One view for all programs at a terminal: `sdg-read | sdg-run | sdg-mix`. The first to come draws, for itself and for
 * the others, who tell it over a socket in a folder of the user what they have to show and to say. When it ends, it takes
 * the view away, and another one goes on. What a program writes to stderr meanwhile stands above the view.
 *
 * @example
 * const view = new SharedView(new Frame(process.stderr));
 * const hide = view.show(() => ({ title: 'sdg-run', rows: [], facts: ['12 calls'] }));
 * view.write('a line\n');
 * hide();
 * await view.close();
 */
export class SharedView {
  readonly #frame: Frame;
  readonly #place = MeetingPlace.open();
  /** What others at the terminal show, by process, which is their order in the pipe. */
  readonly #others = new Map<number, Section>();
  readonly #guests = new Set<Socket>();
  #own: (() => Section) | undefined;
  #role: 'seeking' | 'drawing' | 'telling' = 'seeking';
  #server: Server | undefined;
  #host: Socket | undefined;
  /** When the one that draws last said something. */
  #heardAt = 0;
  /** Whole lines that nobody has shown yet, as far as is known. */
  #unshown: { readonly number: number; readonly text: string }[] = [];
  #count = 0;
  /** The beginning of a line. */
  #part = '';
  #onShown: (() => void) | undefined;
  #isClosed = false;
  /** Widths of the lines that the one that draws has on the screen: what it leaves behind where it is killed. */
  #drawn: readonly number[] = [];
  #tickedAt = performance.now();
  /** The last tick came late: nothing is drawn until the next one, or the word that this process goes on. */
  #wasLate = false;
  /** Another one draws at the same time, and has said that it goes on. */
  #isToYield = false;
  readonly #timer: NodeJS.Timeout;

  constructor(frame: Frame) {
    this.#frame = frame;
    this.#timer = setInterval(() => {
      const late = this.#isLate;
      this.#tickedAt = performance.now();
      // Late twice in a row: it is busy.
      this.#wasLate = late && !this.#wasLate;
      // What the one that draws has said meanwhile is not read yet.
      if (late) this.#heardAt = this.#tickedAt;
      this.#tick();
    }, EVERY).unref();
    void this.#seek();
  }

  /** Shows what `section` says, again and again, until the function that it gives is called. */
  show(section: () => Section): () => void {
    this.#own = section;
    this.#tick();
    return () => {
      if (this.#own !== section) return;
      this.#own = undefined;
      this.#tick();
    };
  }

  /** Takes what is written to stderr; whole lines are shown. */
  write(text: string): void {
    if (this.#isClosed) return void this.#frame.screen.write(text);
    const whole = this.#part + text;
    const end = whole.lastIndexOf('\n') + 1;
    this.#part = whole.slice(end);
    if (end === 0) return;
    const lines = { number: ++this.#count, text: whole.slice(0, end) };
    this.#unshown.push(lines);
    if (this.#role === 'drawing') this.#draw();
    else if (this.#role === 'telling') this.#tell({ lines });
  }

  /** Draws anew at once: the terminal has another size. */
  resized(): void {
    this.#tick();
  }

  /** What was drawn before is left to the terminal: the program was stopped for a while, and others wrote. */
  resumed(): void {
    this.#frame.forget();
    this.#tickedAt = performance.now();
    this.#wasLate = false;
    // Another one may draw by now.
    if (this.#role === 'drawing') this.#yield();
    else this.#tick();
  }

  /** Takes the view away at once: this process is about to die. */
  erase(): void {
    if (this.#role === 'drawing') this.#frame.draw([], this.#takeUnshown());
  }

  /** Shows what is left to be said, and leaves the view to the others. */
  async close(): Promise<void> {
    if (this.#part !== '') this.write('\n');
    this.#own = undefined;
    if (this.#role !== 'drawing') {
      this.#tell({ section: null });
      const shown = new Promise<void>((resolve) => (this.#onShown = resolve));
      this.#shown(0);
      await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    }
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#leave();
    this.#host?.destroy();
    // Nobody took them.
    for (const { text } of this.#unshown) this.#frame.screen.write(text);
  }

  /** Whether the process may have been stopped: what it has drawn may then be far up, or written over. */
  get #isLate(): boolean {
    return performance.now() - this.#tickedAt > LATE;
  }

  #tick(): void {
    if (this.#isClosed) return;
    if (this.#role === 'drawing') this.#draw();
    else if (this.#role === 'telling') {
      this.#tell({ section: this.#own?.() ?? null });
      if (performance.now() - this.#heardAt > SILENCE) this.#host?.destroy();
    }
  }

  #draw(): void {
    if (this.#wasLate || this.#isLate) return;
    const all = this.#own ? [...this.#others, [process.pid, this.#own()] as const] : [...this.#others];
    // One in the background draws for those in front, and not for itself.
    const seen = all.filter(([pid]) => isInFront(pid)).sort(([a], [b]) => a - b);
    // Told first: whoever sees it on the screen may kill this process at once.
    this.#frame.draw(
      seen.map(([, section]) => section),
      this.#takeUnshown(),
      () => this.#answer(0),
    );
  }

  /** Tells those that are drawn for. Without lines too: so they know that this one is not stopped. */
  #answer(shown: number, to: Iterable<Socket> = this.#guests): void {
    const answer = `${JSON.stringify({ shown, drawn: this.#frame.drawn } satisfies Answer)}\n`;
    for (const guest of to) if (guest.writable) guest.write(answer);
  }

  #tell(what: Omit<Told, 'pid'>): void {
    if (this.#host && !this.#host.destroyed) this.#host.write(`${JSON.stringify({ pid: process.pid, ...what })}\n`);
  }

  /** The lines that nobody has shown; they are shown now. */
  #takeUnshown(): string {
    const text = this.#unshown.map((one) => one.text).join('');
    this.#shown(this.#count);
    return text;
  }

  /** Lines up to a number have been shown. */
  #shown(number: number): void {
    this.#unshown = this.#unshown.filter((one) => one.number > number);
    if (this.#unshown.length === 0) this.#onShown?.();
  }

  async #seek(): Promise<void> {
    this.#role = 'seeking';
    try {
      const found = await this.#place?.find();
      if (this.#isClosed) return void found?.socket.destroy();
      if (found) return this.#follow(found);
      if (this.#place) await this.#listen(this.#place.path);
      const other = await this.#place?.find();
      // Two have begun at once: the one that came first in the pipe draws.
      if (other && other.pid < process.pid) {
        this.#leave();
        return this.#follow(other);
      }
      if (other && !other.socket.destroyed) {
        // It takes its view away before it lets go.
        const gone = once(other.socket, 'close', { signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
        // Whoever says something has drawn, and takes away what a third one has left.
        eachLine(other.socket, () => (this.#drawn = []));
        other.socket.write(`${JSON.stringify({ pid: process.pid, drawing: true } satisfies Told)}\n`);
        await gone;
      }
    } catch {
      // Without a place to meet at, every program draws for itself.
    }
    if (this.#isClosed) return this.#leave();
    if (this.#isToYield) return this.#yield();
    this.#role = 'drawing';
    this.#frame.adopt(this.#drawn);
    this.#draw();
  }

  async #listen(path: string): Promise<void> {
    const server = createServer((guest) => this.#receive(guest)).unref();
    this.#server = server;
    await once(server.listen(path), 'listening');
    server.on('error', () => undefined);
  }

  #receive(guest: Socket): void {
    let from: number | undefined;
    this.#guests.add(guest);
    guest.unref();
    guest.on('close', () => {
      this.#guests.delete(guest);
      if (from !== undefined && this.#others.delete(from)) this.#tick();
    });
    eachLine(guest, (line) => {
      const told = toldIn(line);
      if (!told) return void guest.destroy();
      const { pid, section, lines, drawing } = told;
      from = pid;
      if (drawing) {
        this.#isToYield = true;
        if (this.#role === 'drawing') this.#yield();
        return;
      }
      if (section) this.#others.set(pid, section);
      else if (section === null) this.#others.delete(pid);
      if (lines) this.#unshown.push({ number: ++this.#count, text: lines.text });
      if (lines && this.#role === 'drawing') this.#draw();
      this.#answer(lines?.number ?? 0, [guest]);
    });
  }

  /** Tells another that draws, as long as it lives. */
  #follow({ pid, socket: host }: { readonly pid: number; readonly socket: Socket }): void {
    this.#host = host;
    this.#role = 'telling';
    this.#heardAt = performance.now();
    eachLine(host, (line) => {
      const { shown, drawn } = answerIn(line);
      this.#heardAt = performance.now();
      this.#drawn = drawn;
      this.#shown(shown);
    });
    const again = (): void => {
      if (this.#host !== host) return;
      if (performance.now() - this.#heardAt > SILENCE) {
        this.#place?.passOver(pid);
        // It may only be stopped, and its view is far up.
        this.#drawn = [];
      }
      this.#host = undefined;
      if (!this.#isClosed) void this.#seek();
    };
    host.on('close', again);
    if (host.destroyed) return again();
    for (const lines of this.#unshown) this.#tell({ lines });
    this.#shown(0);
    this.#tick();
  }

  #yield(): void {
    this.#isToYield = false;
    this.#leave();
    void this.#seek();
  }

  /** Draws no more. */
  #leave(): void {
    if (this.#role === 'drawing') this.#frame.draw([], '', () => this.#answer(0));
    this.#drawn = [];
    this.#role = 'seeking';
    this.#others.clear();
    this.#server?.close();
    this.#server = undefined;
    for (const guest of this.#guests) guest.end();
    if (this.#place) rmSync(this.#place.path, { force: true });
  }
}
