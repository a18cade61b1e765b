#!/usr/bin/env -S node --max-semi-space-size=8
import { main } from '../dist/frame/main.js';

await main(() => import('../dist/commands/mix.js'));
