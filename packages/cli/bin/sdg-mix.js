#!/usr/bin/env node
import { commands, main } from '../dist/index.js';

await main(commands.mix);
