export const blocks = [{ summary: 'Mine.' }];
