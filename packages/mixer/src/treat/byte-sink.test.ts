import { describe, expect, it } from 'vitest';
import { ByteSink } from './byte-sink.js';

const taken = (sink: ByteSink, text: string): Buffer => {
  sink.text(text);
  return sink.take();
};

describe('ByteSink', () => {
  it('gives bytes to keep', () => {
    const sink = new ByteSink(4);
    const pieces = ['a', 'a longer one', '', 'b'].map((text) => taken(sink, text));
    expect(pieces.map(String)).toEqual(['a', 'a longer one', '', 'b']);
  });

  it('reuses the memory of a piece only when another was taken since, and something comes after that', () => {
    const sink = new ByteSink(16, true);
    const a = taken(sink, 'a');
    for (let i = 0; i < 3; i++) expect(sink.take()).toHaveLength(0);
    const b = taken(sink, 'b');
    expect([a, b].map(String)).toEqual(['a', 'b']);
    sink.take();
    sink.text('c');
    expect([a, b].map(String)).toEqual(['c', 'b']);
  });
});
