export * from './scripted-teacher.js';
