import { describe, expect, it } from 'vitest';
import { YamlSource } from './yaml-source.js';

describe('YamlSource', () => {
  it('reads y and n as text and the other words of YAML 1.1 as booleans, as PyYAML does', () => {
    const { value } = new YamlSource('n: 10\ny: Y\nanswer: yes\nother: No\nswitch: on\nplain: true\nlong: n\n', 'f.yaml');
    expect(value).toEqual({ n: 10, y: 'Y', answer: true, other: false, switch: true, plain: true, long: 'n' });
  });
});
