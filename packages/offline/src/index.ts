export { offlineTeacher, OFFLINE_NOTICE, type OfflineTeacherOptions } from './offline-teacher.js';
export { answerRequest } from './answer-request.js';
