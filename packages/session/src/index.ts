export * from './call-log.js';
export * from './open-run.js';
export * from './open-teacher.js';
export { costOf, readPrices, type Prices } from './prices.js';
export { openRejects, type Rejects } from './rejects.js';
export { resumed, type GivenSpec } from './run-record.js';
export { flagName, optionName, settingsOf, specOf, type RunSpec, type TeacherSpec } from './run-spec.js';
export type { Silence } from './server-watch.js';
export * from './snapshot.js';
