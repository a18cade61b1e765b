import { describe, expect, it } from 'vitest';
import * as core from '../index.js';
import * as values from './index.js';

describe('the values', () => {
  it('are the very ones of the core', () => {
    const known: Readonly<Record<string, unknown>> = core;
    expect(Object.keys(values)).toContain('SdgError');
    for (const [name, value] of Object.entries(values)) expect(known[name], name).toBe(value);
  });
});
