// Blocks that give what is no sample, or what JSON cannot carry.
const odd = (type, create) => ({ type, summary: 'Goes wrong.', config: {}, columns: () => ({ reads: [], adds: [], removes: [] }), create });
const each = (change) => () => (source) =>
  new source.constructor((to) =>
    source.subscribe({ next: (sample) => to.next(change(sample)), error: (error) => to.error(error), complete: () => to.complete() }),
  );

export const blocks = [
  odd('DateBlock', each((sample) => ({ ...sample, at: new Date(0) }))),
  odd('ListBlock', each((sample) => [sample])),
  odd('NothingBlock', () => undefined),
  odd('CreateBlock', () => {
    throw new Error('no such thing');
  }),
  { ...odd('ColumnsBlock', each((sample) => sample)), columns: () => ({ adds: [] }) },
  odd('ThrowBlock', each((sample) => sample.no.such.column)),
];
