import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitted, Frame, layOut, textWidth, type Section } from './frame.js';
import { canDraw, dataIsShown, reflows } from './terminal.js';

const section: Section = {
  title: 'run · 0:07',
  rows: ['block  in', ...Array.from({ length: 30 }, (_, i) => `b${i}  ${i}`)],
  facts: ['3 calls in flight', '12 waiting', '180 finished rows wait for seed 1'],
};
const bare = (title: string): Section => ({ title, rows: [], facts: ['5 samples read'] });

describe('layOut', () => {
  it('puts programs one below the other, in half of the screen, and keeps the last rows of a table', () => {
    expect(layOut([bare('read'), section, bare('mix')], { columns: 60, rows: 20 })).toEqual([
      'read · 5 samples read',
      'run · 0:07',
      '  block  in',
      '  … and 27 more',
      '  b27  27',
      '  b28  28',
      '  b29  29',
      '  3 calls in flight · 12 waiting',
      '  180 finished rows wait for seed 1',
      'mix · 5 samples read',
    ]);
  });

  const text = fc.oneof(fc.string({ maxLength: 80 }), fc.constantFrom('名前'.repeat(40), 'é'.repeat(99), '\u001b[2J', 'a\nb'));
  const any = fc.record({ title: text, rows: fc.array(text, { maxLength: 40 }), facts: fc.array(text, { maxLength: 9 }) });
  it('never passes the screen, whatever is shown on whatever size', () => {
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 5 }),
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 2, max: 60 }),
        (all, columns, rows) => {
          const lines = layOut(all, { columns, rows });
          expect(lines.length).toBeLessThan(Math.max(2, rows));
          for (const line of lines) {
            expect(textWidth(line)).toBeLessThan(columns);
            expect(line).not.toMatch(/[\u001b\n]/);
          }
        },
      ),
    );
  });

  it('counts columns as terminals do, and cuts no letter in two', () => {
    expect([textWidth('abc'), textWidth('名前'), textWidth('e\u0301')]).toEqual([3, 4, 1]);
    expect([fitted('名前です', 5), fitted('名前', 4), fitted('abcdef', 4)]).toEqual(['名前…', '名前', 'abc…']);
  });
});

describe('Frame', () => {
  const drawn = (reflowing: boolean) => {
    const screen = { columns: 80, rows: 24, text: '', write: (text: string) => (screen.text += text) };
    return { screen, frame: new Frame(screen, reflowing) };
  };
  const long = { title: 'x'.repeat(60), rows: [], facts: [] };

  it.each([
    [true, 'those that a narrower screen has made of its own', 4],
    [false, 'its own where the terminal cuts long ones off', 2],
  ])('goes back over as many lines as there are (reflows: %s): %s', (reflowing, _what, lines) => {
    const { screen, frame } = drawn(reflowing);
    frame.draw([long, long]);
    expect(screen.text).not.toContain('F');
    [screen.columns, screen.text] = [31, ''];
    frame.draw([long], 'a note\n');
    expect(screen.text).toContain(`\u001b[${lines}F\u001b[0Ja note\n${'x'.repeat(29)}…\n`);
    screen.text = '';
    frame.draw([]);
    expect(screen.text).toContain('\u001b[1F\u001b[0J');
    screen.text = '';
    frame.draw([]);
    expect(screen.text).toBe('');
  });

  it('leaves alone what it has given up', () => {
    const { screen, frame } = drawn(true);
    frame.draw([long]);
    frame.forget();
    screen.text = '';
    frame.draw([long]);
    expect(screen.text).not.toContain('[1F');
  });
});

describe('terminals', () => {
  it('are drawn on where somebody looks and no data comes out', () => {
    const [yes, no] = [{ isTTY: true }, { isTTY: false }];
    expect(canDraw({ TERM: 'xterm' }, no, no)).toBe(false);
    expect(canDraw({ TERM: 'xterm' }, yes, yes)).toBe(false);
    expect(canDraw({ TERM: 'dumb' }, yes, no)).toBe(false);
    expect(canDraw({ TERM: 'xterm', CI: '1' }, yes, no)).toBe(false);
    expect(dataIsShown(yes)).toBe(true);
  });

  it.each([
    [true, '/dev/pts/3'],
    [false, '/tmp/rows.jsonl'],
    [false, ''],
  ])('show the data: %s, where a pipe whose reader the shell has yet to start comes to end at "%s"', (isShown, end) => {
    const looks = [undefined, undefined, end];
    expect(dataIsShown({ isTTY: false }, () => looks.shift())).toBe(isShown);
    expect(looks).toEqual([]);
  });

  it('break long lines anew, but for a few', () => {
    const kinds = [{ TERM: 'xterm-256color' }, { TERM: 'linux' }, { TERM: 'xterm', XTERM_VERSION: 'XTerm(390)' }];
    expect(kinds.map(reflows)).toEqual([true, false, false]);
    expect([{ TERM: 'screen' }, { TERM: 'screen', TMUX: '/tmp/x' }].map(reflows)).toEqual([false, true]);
  });
});
