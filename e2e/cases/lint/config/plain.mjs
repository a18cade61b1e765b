const none = { reads: [], adds: [], removes: [] };
export const blocks = [
  {
    type: 'PlainBlock',
    summary: 'Takes no config.',
    config: { type: 'object', properties: {}, additionalProperties: false },
    columns: () => none,
    create: () => (samples) => samples,
  },
];
