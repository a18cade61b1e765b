export const blocks = [3];
