import type { Block, Dropped, ReadResult } from '../document.js';
import { decode } from '../decode-text.js';
import { joinRaised } from '../raised.js';
import { DocumentError } from '../document-error.js';
import { evened, tableBlocks, titleIn } from '../make-block.js';
import { addAll, all } from '../most-of.js';

/** Groups whose text is no part of the document, and why; those that begin with `\*` are settings of a program. */
const DESTINATIONS: Readonly<Record<string, string>> = {
  ...all(
    'silent',
    'fonttbl colortbl stylesheet info pict objdata themedata datastore listtable listoverridetable revtbl rsidtbl generator ' +
      'fldinst xmlnstbl latentstyles filetbl',
  ),
  ...all('header', 'header headerl headerr headerf'),
  ...all('footer', 'footer footerl footerr footerf'),
  annotation: 'comment',
};

const SIGNS: Readonly<Record<string, string>> = {
  ...{ emdash: '—', endash: '–', bullet: '•', lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”' },
  ...{ tab: ' ', line: '\n', emspace: ' ', enspace: ' ', '~': '\u00a0', _: '\u2011', '-': '' },
};

/** Code pages by what Windows calls them; others are read as that of western Europe. */
const ENCODINGS: Readonly<Record<number, string>> = {
  ...{ 437: 'windows-1252', 866: 'ibm866', 874: 'windows-874', 932: 'shift_jis', 936: 'gb18030', 949: 'euc-kr', 950: 'big5' },
  ...{ 1250: 'windows-1250', 1251: 'windows-1251', 1253: 'windows-1253', 1254: 'windows-1254', 1255: 'windows-1255' },
  ...{ 1256: 'windows-1256', 1257: 'windows-1257', 1258: 'windows-1258', 10000: 'macintosh', 65001: 'utf-8' },
};
/** Code pages by the character set of a font. */
const CHARSETS: Readonly<Record<number, number>> = {
  ...{ 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874 },
  ...{ 238: 1250 },
};
const MAX_DEPTH = 500;

interface Group {
  /** Why its text is left out; undefined: it is not. */
  reason: string | undefined;
  /** Characters that stand for one of Unicode where programs do not know it. */
  fallback: number;
  font: number | undefined;
  isHidden: boolean;
  /** Whether it is the mark of an item of a list, or a note. */
  isMark: boolean;
  isNote: boolean;
  /** Whether it stands above or below the line. */
  raised: 'sup' | 'sub' | undefined;
}

/** A word or a sign behind a backslash, bytes by number, braces, or text. */
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|[^\\{}\r\n]+/gi;

class RtfReader {
  readonly blocks: Block[] = [];
  readonly dropped: Dropped[] = [];
  #group: Group = { reason: undefined, fallback: 1, font: undefined, isHidden: false, isMark: false, isNote: false, raised: undefined };
  readonly #above: Group[] = [];
  readonly #fonts = new Map<number, number>();
  readonly #levels = new Map<number, number>();
  #page = 1252;
  #bytes: number[] = [];
  #text = '';
  #left = '';
  #mark = '';
  #note = '';
  #notes: string[] = [];
  #noted = 0;
  #skip = 0;
  /** Outline level of the paragraph, from 0; its style. */
  #level: number | undefined;
  #style = 0;
  #inTable = false;
  #cells: string[] = [];
  #rows: string[][] = [];
  /** Where the style sheet or the table of fonts is read. */
  #in: { readonly what: 'fonts' | 'styles'; readonly depth: number; number: number; name: string } | undefined;

  /** Bytes that were given by number, as the font's code page says. */
  #decode(): void {
    if (this.#bytes.length === 0) return;
    const page = this.#fonts.get(this.#group.font ?? -1) ?? this.#page;
    const text = decode(Uint8Array.from(this.#bytes), new TextDecoder(ENCODINGS[page] ?? 'windows-1252'));
    this.#bytes = [];
    this.#say(text);
  }

  #say(text: string): void {
    const { reason, isHidden, isMark, isNote, raised: markedUp } = this.#group;
    const shown = markedUp && text.trim() !== '' ? `<${markedUp}>${text}</${markedUp}>` : text;
    if (this.#in) this.#in.name += text;
    else if (reason !== undefined || isHidden) this.#left += reason === 'silent' ? '' : text;
    else if (isNote) this.#note += shown;
    else if (isMark) this.#mark += text;
    else this.#text += shown;
  }

  read(source: string): void {
    for (const [whole, word, number, byte, sign, brace] of source.matchAll(TOKEN)) {
      if (byte !== undefined) {
        if (this.#skip > 0) this.#skip--;
        else this.#bytes.push(Number.parseInt(byte, 16));
        continue;
      }
      this.#decode();
      if (word !== undefined) this.#word(word, number === undefined ? undefined : Number(number));
      else if (sign !== undefined) this.#sign(sign);
      else if (brace !== undefined) this.#brace(brace);
      else if (!/^[\r\n]/.test(whole)) {
        this.#say(whole.slice(this.#skip));
        this.#skip = Math.max(0, this.#skip - whole.length);
      }
    }
    this.#decode();
    this.#endParagraph();
    this.#endTable();
  }

  #brace(brace: string): void {
    this.#skip = 0;
    if (brace === '{') {
      if (this.#above.length > MAX_DEPTH) throw new DocumentError('its groups are nested too deeply', 'save it again');
      this.#above.push(this.#group);
      this.#group = { ...this.#group };
      return;
    }
    if (this.#in && this.#above.length <= this.#in.depth) this.#in = undefined;
    else if (this.#in) this.#endEntry(this.#in);
    const { reason, isNote, isHidden } = this.#group;
    this.#group = this.#above.pop() ?? this.#group;
    if (isHidden && !this.#group.isHidden) this.#endHidden();
    if (isNote && !this.#group.isNote) this.#endNote();
    if (reason === this.#group.reason || reason === undefined) return;
    const text = this.#left.replace(/\s+/g, ' ').trim();
    this.#left = '';
    if (text !== '' && reason !== 'silent') this.dropped.push({ text, reason });
  }

  /** A mark where the note stands; its text follows the paragraph. */
  #endNote(): void {
    const text = joinRaised(this.#note).replace(/\s+/g, ' ').trim();
    this.#note = '';
    if (text === '') return;
    this.#noted++;
    this.#notes.push(`[^${this.#noted}]: ${text}`);
    this.#text += `[^${this.#noted}]`;
  }

  /** One style or font is known. */
  #endEntry(entry: { what: string; number: number; name: string }): void {
    const [, level] = /^\s*(?:heading|überschrift|titre|título) (\d)/i.exec(entry.name) ?? [];
    if (entry.what === 'styles' && level !== undefined) this.#levels.set(entry.number, Number(level) - 1);
    else if (entry.what === 'styles' && /^\s*title;/i.test(entry.name)) this.#levels.set(entry.number, 0);
    entry.name = '';
    entry.number = 0;
  }

  #sign(sign: string): void {
    if (sign === '*') this.#group.reason = 'silent';
    else if (sign === '\n' || sign === '\r') this.#endParagraph();
    else this.#say(SIGNS[sign] ?? sign);
  }

  #word(word: string, number: number | undefined): void {
    if (word === 'u' && number !== undefined) {
      this.#say(String.fromCharCode(number < 0 ? number + 65_536 : number));
      this.#skip = this.#group.fallback;
    } else if (SIGNS[word] !== undefined) this.#say(SIGNS[word]);
    else if (word in DESTINATIONS) this.#destination(word);
    else if (this.#in) this.#entryWord(this.#in, word, number ?? 0);
    else if (!this.#property(word, number)) this.#structure(word);
  }

  #destination(word: string): void {
    this.#group.reason = DESTINATIONS[word];
    const what = word === 'fonttbl' ? 'fonts' : word === 'stylesheet' ? 'styles' : undefined;
    if (what) this.#in = { what, depth: this.#above.length, number: 0, name: '' };
  }

  #entryWord(entry: { what: string; number: number }, word: string, number: number): void {
    const isFont = entry.what === 'fonts';
    const page = CHARSETS[number];
    if (word === (isFont ? 'f' : 's')) entry.number = number;
    else if (isFont && word === 'fcharset' && page !== undefined) this.#fonts.set(entry.number, page);
  }

  /** How text stands; false for a word that is none of these. */
  #property(word: string, number: number | undefined): boolean {
    if (word === 'ansicpg') this.#page = number ?? 1252;
    else if (word === 'mac') this.#page = 10_000;
    else if (word === 'uc') this.#group.fallback = number ?? 1;
    else if (word === 'f') this.#group.font = number;
    else if (word === 'v') this.#setHidden(number !== 0);
    else if (word === 'outlinelevel') this.#level = number;
    else if (word === 's') this.#style = number ?? 0;
    else return this.#raise(word, number);
    return true;
  }

  /** Whether text stands above or below the line; false for a word that does not say so. */
  #raise(word: string, number: number | undefined): boolean {
    if (word === 'plain') this.#setHidden(false);
    if (word === 'super' || word === 'sub') this.#group.raised = number === 0 ? undefined : word === 'super' ? 'sup' : 'sub';
    else if (word === 'plain' || word === 'nosupersub') this.#group.raised = undefined;
    else return false;
    return true;
  }

  #setHidden(isHidden: boolean): void {
    if (this.#group.isHidden && !isHidden) this.#endHidden();
    this.#group.isHidden = isHidden;
  }

  #endHidden(): void {
    const text = this.#left.replace(/\s+/g, ' ').trim();
    this.#left = '';
    if (text !== '') this.dropped.push({ text, reason: 'hidden' });
  }

  #structure(word: string): void {
    const { reason, isNote } = this.#group;
    if (word === 'shptxt') this.#group.reason = undefined;
    else if (word === 'footnote') {
      // Some programs mark it as a setting of theirs.
      if (this.#above.at(-1)?.reason === undefined) this.#group.reason = undefined;
      this.#group.isNote = true;
      // Its mark is raised, its text is not.
      this.#group.raised = undefined;
    } else if (word === 'pntext' || word === 'listtext') this.#group.isMark = true;
    else if (reason !== undefined) this.#left += ' ';
    else if (isNote) this.#note += ' ';
    else this.#bodyWord(word);
  }

  #bodyWord(word: string): void {
    if (word === 'par' || word === 'sect' || word === 'page') this.#endParagraph();
    else if (word === 'pard') [this.#level, this.#style, this.#inTable] = [undefined, 0, false];
    else if (word === 'intbl') this.#inTable = true;
    else if (word === 'cell' || word === 'nestcell') {
      this.#cells.push(joinRaised(this.#text).replace(/\s+/g, ' ').trim());
      this.#text = '';
    } else if (word === 'row' || word === 'nestrow') {
      this.#rows.push(this.#cells);
      this.#cells = [];
    }
  }

  #endParagraph(): void {
    if (this.#inTable) {
      // A cell goes on over paragraphs.
      this.#text += ' ';
      return;
    }
    this.#endTable();
    const text = joinRaised(this.#text)
      .split('\n')
      .map((line) => line.replace(/[ \t]+/g, ' ').trim())
      .join('\n')
      .trim();
    const mark = this.#mark.replace(/\s+/g, ' ').trim();
    [this.#text, this.#mark] = ['', ''];
    if (text !== '') this.#put(text, mark);
    for (const note of this.#notes.splice(0)) this.blocks.push({ kind: 'paragraph', text: note });
  }

  #put(text: string, mark: string): void {
    const level = this.#level ?? this.#levels.get(this.#style);
    const last = this.blocks.at(-1);
    if (level !== undefined && level < 9) this.blocks.push({ kind: 'heading', level: level + 1, text: text.replaceAll('\n', ' ') });
    else if (mark === '') this.blocks.push({ kind: 'paragraph', text });
    else {
      const item = `${/^\w+[.)]$/.test(mark) ? mark : '-'} ${text}`;
      if (last?.kind === 'list') this.blocks[this.blocks.length - 1] = { ...last, text: `${last.text}\n${item}` };
      else this.blocks.push({ kind: 'list', text: item });
    }
  }

  #endTable(): void {
    addAll(this.blocks, tableBlocks(evened(this.#rows.splice(0).filter((row) => row.some(Boolean)))));
  }
}

/**
 * Rich Text as blocks: headings by outline level or style, paragraphs, lists by their marks, tables. Letters of any code page
 * that the file names. Headers, footers, comments and hidden text are left out and listed; pictures are left out.
 */
export function readRtf(bytes: Uint8Array): ReadResult {
  // Letters beyond ASCII are written by number: a byte is a character here.
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!/^\s*\{\\rtf/.test(source)) throw new DocumentError('it is no Rich Text', 'save it again');
  const reader = new RtfReader();
  reader.read(source.replace(/\\bin\d+ ?/g, ''));
  const { blocks, dropped } = reader;
  return { ...titleIn(blocks), blocks, dropped, notes: [] };
}
