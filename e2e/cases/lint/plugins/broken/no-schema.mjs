export const blocks = [
  { type: 'MineBlock', summary: 'Mine.', config: { type: 'text' }, columns: () => ({}), create: () => (source) => source },
];
