export * from './find-task-files.js';
export * from './judge-task.js';
export * from './read-tasks.js';
export { type Task, type TaskSeed } from './task.js';
export { taskSchema } from './task-schema.js';
