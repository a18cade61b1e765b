#!/usr/bin/env -S node --max-semi-space-size=8
import { commands, main } from '../dist/index.js';

await main(commands.mix);
