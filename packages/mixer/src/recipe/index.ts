/** Reading of recipes and formats, without the streams of samples. */
export * from '../formats/load-formats.js';
export * from './read-recipe.js';
