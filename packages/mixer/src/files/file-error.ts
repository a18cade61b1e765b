export { fileError } from '@sdg/core/values';
