export const blocks = [{ type: 'MineBlock', summary: 'Mine.' }];
