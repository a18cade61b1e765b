import type { Suite } from '../suite.js';
import { auto } from './auto.js';
import { blocks } from './blocks.js';
import { cache } from './cache.js';
import { mixer } from './mixer.js';
import { overhead } from './overhead.js';
import { peers } from './peers.js';
import { reader } from './reader.js';
import { saturation } from './saturation.js';
import { scale } from './scale.js';
import { soak } from './soak.js';
import { startup } from './startup.js';

/** All suites, in the order in which they run. */
export const suites: readonly Suite[] = [startup, blocks, overhead, cache, saturation, auto, scale, reader, mixer, soak, peers];
