export { fileError } from '@sdg/values';
