import { describe, expect, it } from 'vitest';
import { YamlSource } from './yaml-source.js';

describe('YamlSource', () => {
  it('reads y and n as text and the other words of YAML 1.1 as booleans, as PyYAML does', () => {
    const { value } = new YamlSource('n: 10\ny: Y\nanswer: yes\nother: No\nswitch: on\nplain: true\nlong: n\n', 'f.yaml');
    expect(value).toEqual({ n: 10, y: 'Y', answer: true, other: false, switch: true, plain: true, long: 'n' });
  });

  it('names keys that are given twice, at any depth', () => {
    const source = new YamlSource('a: 1\nb:\n  - c: 1\n    d: 2\n    c: 3\na: 2\n', 'f.yaml');
    expect(source.repeatedKeys()).toEqual([
      { key: 'c', file: 'f.yaml', line: 5, column: 5 },
      { key: 'a', file: 'f.yaml', line: 6, column: 1 },
    ]);
  });
});
