/** Characters that are looked at at once: the segmenter copies the whole text for each segment. */
const WINDOW = 2000;

/**
 * The segments of a text, in a time and a memory that grow with its length alone: by itself `Intl.Segmenter` takes the square
 * of both, and a document of 200,000 characters fills the heap.
 *
 * @example [...segments('One. Two.', new Intl.Segmenter('und', { granularity: 'sentence' }))].length // 2
 */
export function* segments(text: string, segmenter: Intl.Segmenter): Generator<Intl.SegmentData> {
  for (let [start, size] = [0, WINDOW]; start < text.length;) {
    const found = Array.from(segmenter.segment(text.slice(start, start + size)));
    if (start + size < text.length) {
      // The last one may go on behind the window; one that fills it is looked at in a larger one.
      if (found.length === 1) {
        size *= 2;
        continue;
      }
      found.pop();
    }
    for (const one of found) {
      start += one.segment.length;
      yield one;
    }
    size = WINDOW;
  }
}
