import type { Suite } from '../suite.js';
import { auto } from './auto.js';
import { blocks } from './blocks.js';
import { cache } from './cache.js';
import { cluster } from './cluster.js';
import { documents } from './documents.js';
import { duplicates } from './duplicates.js';
import { fuzz } from './fuzz.js';
import { local } from './local.js';
import { mixer } from './mixer.js';
import { overhead } from './overhead.js';
import { peers } from './peers.js';
import { pipe } from './pipe.js';
import { programs } from './programs.js';
import { reader } from './reader.js';
import { recovery } from './recovery.js';
import { report } from './report.js';
import { saturation } from './saturation.js';
import { scale } from './scale.js';
import { semantic } from './semantic.js';
import { servers } from './servers.js';
import { simulation } from './simulation.js';
import { soak } from './soak.js';
import { startup } from './startup.js';
import { tasks } from './tasks.js';

/** All suites, in the order in which they run. */
export const suites: readonly Suite[] = [
  startup,
  pipe,
  scale,
  reader,
  report,
  documents,
  fuzz,
  blocks,
  overhead,
  cache,
  saturation,
  auto,
  recovery,
  soak,
  mixer,
  duplicates,
  semantic,
  local,
  programs,
  tasks,
  cluster,
  simulation,
  servers,
  peers,
];
