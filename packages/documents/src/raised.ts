/** What is short enough to be a power, an index or the number of a note. */
const isShort = (text: string): boolean => /^[-+−±\w.,*′]{1,12}$/u.test(text);

/** Text above or below the line, as HTML marks it; what is longer than a power, an index or the number of a note is text. */
export const raised = (tag: 'sup' | 'sub', text: string): string => (isShort(text.trim()) ? `<${tag}>${text.trim()}</${tag}>` : text);

/** Neighbours of one kind, each marked by itself, as one; where that is too long they are text. */
export const joinRaised = (text: string): string =>
  text.replace(/<(su[pb])>[^<]*<\/\1>(?:<\1>[^<]*<\/\1>)*/g, (marked, tag: 'sup' | 'sub') => raised(tag, marked.replace(/<[^>]*>/g, '')));
