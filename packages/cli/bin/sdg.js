#!/usr/bin/env -S node --max-semi-space-size=8
import { umbrella } from '../dist/index.js';

await umbrella();
