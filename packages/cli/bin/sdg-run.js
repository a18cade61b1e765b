#!/usr/bin/env -S node --max-semi-space-size=8 --max-inlined-bytecode-size-cumulative=100 --no-allocation-site-pretenuring
import { commands, main } from '../dist/index.js';

await main(commands.run);
