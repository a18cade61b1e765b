#!/usr/bin/env node
import { umbrella } from '../dist/frame/umbrella.js';

await umbrella();
