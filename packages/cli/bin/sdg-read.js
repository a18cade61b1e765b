#!/usr/bin/env node
import { main } from '../dist/frame/main.js';

await main(() => import('../dist/commands/read.js'));
