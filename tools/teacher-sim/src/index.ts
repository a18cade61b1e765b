export { answer, type AnswerFunction, type Answers } from './answers.js';
export * from './faults.js';
export * from './latency.js';
export * from './start-teacher-sim.js';
export * from './serve-http.js';
