export const block = [];
