import { Frame } from './frame.js';
import { SharedView } from './shared-view.js';
import { canDraw, reflows } from './terminal.js';

/** What a program may show while it runs. */
export type View = Pick<SharedView, 'show'>;

/**
 * The view at this process's terminal, which takes all that is written to stderr from now on; undefined where none can be
 * drawn (see {@link canDraw}): then stderr is as it was, for plain lines.
 */
export function openView(env: Readonly<Record<string, string | undefined>>): SharedView | undefined {
  const { stderr, stdout } = process;
  if (!canDraw(env, stderr, stdout)) return undefined;
  const write = stderr.write.bind(stderr);
  const screen = {
    write,
    get columns() {
      return stderr.columns || 80;
    },
    get rows() {
      return stderr.rows || 24;
    },
  };
  const view = new SharedView(new Frame(screen, reflows(env)));
  stderr.write = (text: string | Uint8Array, ...more: unknown[]): boolean => {
    view.write(typeof text === 'string' ? text : Buffer.from(text).toString());
    const done = more.findLast((one) => typeof one === 'function') as (() => void) | undefined;
    if (done) queueMicrotask(done);
    return true;
  };
  stderr.on('resize', () => view.resized());
  process.on('SIGCONT', () => view.resumed());
  return view;
}
