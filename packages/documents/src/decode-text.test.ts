import { describe, expect, it } from 'vitest';
import { decodeText } from './decode-text.js';

/** The bytes of a text in an encoding of one or two bytes a letter: by looking for what decodes to each letter. */
function encode(text: string, encoding: string): Buffer {
  const decoder = new TextDecoder(encoding);
  const bytesOf = new Map<string, number[]>();
  for (let first = 0; first < 256; first++) {
    bytesOf.set(decoder.decode(Uint8Array.of(first)), [first]);
    for (let second = 0x40; second < 256 && first >= 0x80; second++) {
      const letter = decoder.decode(Uint8Array.of(first, second));
      if (letter.length === 1 && !bytesOf.has(letter)) bytesOf.set(letter, [first, second]);
    }
  }
  return Buffer.from(Array.from(text).flatMap((letter) => bytesOf.get(letter) ?? [0x3f]));
}

describe('decodeText', () => {
  it.each([
    ['gb18030', '打开阀门之前，请检查压力。压力不得超过一百巴。每周检查一次密封圈，并记录结果。'],
    ['big5', '打開閥門之前，請檢查壓力。壓力不得超過一百巴。每週檢查一次。'],
    ['shift_jis', 'ポンプの説明。弁を開ける前に圧力を確認してください。圧力は百バールを超えてはいけません。'],
    ['euc-jp', 'ポンプの説明。弁を開ける前に圧力を確認してください。圧力は百バールを超えてはいけません。'],
    ['euc-kr', '펌프는 물을 이동시킵니다. 밸브를 열기 전에 압력을 확인하십시오.'],
    ['koi8-r', 'Насос перекачивает воду. Перед открытием клапана проверьте давление.'],
    ['windows-1251', 'Насос перекачивает воду. Перед открытием клапана проверьте давление.'],
    ['windows-1250', 'Pompa tłoczy wodę. Przed otwarciem zaworu należy sprawdzić ciśnienie, które nie może być wyższe.'],
    ['windows-1253', 'Η αντλία μετακινεί το νερό. Πριν ανοίξετε τη βαλβίδα ελέγξτε την πίεση.'],
    ['windows-1256', 'المضخة تنقل الماء. قبل فتح الصمام تحقق من الضغط.'],
  ])('guesses %s by the letters', async (encoding, text) => {
    const { text: read, notes } = await decodeText(encode(`${text}\n`.repeat(2), encoding));
    expect(read).toBe(`${text}\n`.repeat(2));
    expect(notes[0]).toMatch(new RegExp(`^it is not UTF-8 and names no encoding: read as ${encoding}`, 'i'));
  });

  it('has all the signs of Windows-1252, declared or not', async () => {
    const text = 'Der „Käse“ kostet 5 € – und schmeckt…';
    const bytes = Buffer.from(
      text.replace('„', '\x84').replace('“', '\x93').replace('€', '\x80').replace('–', '\x96').replace('…', '\x85'),
      'latin1',
    );
    expect(await decodeText(bytes)).toEqual({ text, notes: ['it is not UTF-8 and names no encoding: read as Windows-1252'] });
    const page = Buffer.concat([Buffer.from('<meta charset="iso-8859-1">'), bytes]);
    expect(await decodeText(page)).toEqual({ text: `<meta charset="iso-8859-1">${text}`, notes: [] });
  });

  it('knows what is marked: UTF-16 by its mark or its zeros, ISO-2022-JP by its shifts', async () => {
    const bytes = Buffer.from('Größe', 'utf16le');
    for (const marked of [
      Buffer.concat([Buffer.of(0xff, 0xfe), bytes]),
      bytes,
      Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(bytes).swap16()]),
    ]) {
      expect(await decodeText(marked)).toEqual({ text: 'Größe', notes: [] });
    }
    expect((await decodeText(Buffer.from('\x1b$B%]%s%W\x1b(B pump', 'latin1'))).text).toBe('ポンプ pump');
  });

  it('keeps UTF-8 with a few wrong bytes, and says how many', async () => {
    const chinese = Buffer.from('打开阀门之前，请检查压力。压力不得超过一百巴。');
    const note = (wrong: number): string =>
      wrong === 1 ? 'a byte that is not UTF-8, read as U+FFFD' : `${wrong} bytes that are not UTF-8, read as U+FFFD`;
    const english = 'The pump moves water. '.repeat(600);
    const [french, russian] = ['Le café est fermé à midi, déjà. ', 'Насос перекачивает воду. '];
    for (const [parts, text, wrong] of [
      [[french, Buffer.of(0xe9), french], `${french}\ufffd${french}`, 1],
      [[russian, Buffer.of(0xff, 0xfe), russian], `${russian}\ufffd\ufffd${russian}`, 2],
      [[english, Buffer.of(0xff), english], `${english}\ufffd${english}`, 1],
      [[chinese.subarray(0, -1)], `${chinese.toString().slice(0, -1)}\ufffd`, 2],
      [[chinese, Buffer.of(0xff), chinese], `${chinese.toString()}\ufffd${chinese.toString()}`, 1],
      [['\ufeffé \ufffd é', Buffer.of(0x80)], 'é \ufffd é\ufffd', 1],
      [[`<meta charset="utf-8">${french}`, Buffer.of(0xe9)], `<meta charset="utf-8">${french}\ufffd`, 1],
    ] as const) {
      expect(await decodeText(Buffer.concat(parts.map((part) => Buffer.from(part))))).toEqual({ text, notes: [note(wrong)] });
    }
    const page = '<meta charset="iso-8859-1">é à è';
    expect(await decodeText(Buffer.from(page, 'latin1'))).toEqual({ text: page, notes: [] });
    expect((await decodeText(Buffer.from(`${english} café ${english}`, 'latin1'))).text).toContain('café');
  });

  it("takes a terminal's signs for no Japanese", async () => {
    for (const text of ['\x1b[1mGröße: 5 €\x1b(B\x1b[m', '\x1b(Bplain', 'é \x1b$B%] \x1b(B', 'a \x1b$B b \x1b(B c']) {
      expect(await decodeText(Buffer.from(text))).toEqual({ text, notes: [] });
    }
    expect((await decodeText(Buffer.from('\x1b$B%]%s%W\x1b(B pump \x1b$B%', 'latin1'))).text).toMatch(/^ポンプ pump/);
  });

  it('takes no noise for text', async () => {
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => ((((i + 1) * 2654435761) >>> 13) % 255) + 1));
    await expect(decodeText(noise)).rejects.toThrow('it is not text');
    await expect(decodeText(Buffer.of(0x41, 0, 0x42))).rejects.toThrow('it is not text');
  });
});
