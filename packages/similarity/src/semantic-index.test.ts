import { expect, it, onTestFinished } from 'vitest';
import { SemanticIndex } from './semantic-index.js';

it('gives the text that is near enough, of its scope alone', () => {
  const index = new SemanticIndex();
  onTestFinished(() => index.close());
  index.add(Float32Array.of(1, 0), 'Where does the Elbe end?');
  index.add(Float32Array.of(0, 1), 'Bread?');
  index.add(Float32Array.of(0.96, 0.28), 'Other leaf', 'b');
  expect(index.find(Float32Array.of(0.96, 0.28))).toMatchObject({ text: 'Where does the Elbe end?', similarity: expect.closeTo(0.96, 5) });
  expect(index.find(Float32Array.of(0.8, 0.6))).toBeUndefined();
  expect(index.find(Float32Array.of(0.8, 0.6), '', 0.8)?.text).toBe('Where does the Elbe end?');
  expect(index.find(Float32Array.of(1, 0), 'b')?.text).toBe('Other leaf');
  expect(index.find(Float32Array.of(1, 0), 'c')).toBeUndefined();
});
