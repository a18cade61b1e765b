export const blocks = [
  {
    type: 'LLMBlock',
    summary: 'Mine.',
    config: {},
    columns: () => ({ reads: [], adds: [], removes: [] }),
    create: () => (samples) => samples,
  },
];
