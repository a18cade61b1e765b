import { expect, it } from 'vitest';
import { mathmlText, type MathElement } from './mathml-text.js';
import { parseXml } from './office/xml.js';

const tex = (xml: string): string => mathmlText(parseXml(`<math>${xml}</math>`).children[0] as MathElement);
const [a, b, c] = ['<mi>a</mi>', '<mi>b</mi>', '<mi>c</mi>'] as const;
const sum = `<mrow>${a}<mo>+</mo>${b}</mrow>`;

it.each([
  [`<msup>${sum}<mn>2</mn></msup>`, '{a+b}^2'],
  [`<msub>${sum}<mn>2</mn></msub>`, '{a+b}_2'],
  [`<msup><msup>${a}${b}</msup>${c}</msup>`, '{a^b}^c'],
  [`<msubsup>${sum}${a}${sum}</msubsup>`, '{a+b}_a^{a+b}'],
  [`<msup><mfrac>${a}${b}</mfrac><mn>2</mn></msup>`, '{\\frac{a}{b}}^2'],
  ['<msup><mn>10</mn><mn>12</mn></msup>', '10^{12}'],
  [`<msup><mrow>${a}${b}</mrow><mn>2</mn></msup>`, '{ab}^2'],
  [`<msup><mi>sin</mi><mn>2</mn></msup>${a}`, 'sin^2a'],
  [`<msup><mrow/><mn>14</mn></msup>${c}`, '{}^{14}c'],
  ['<mi>sin</mi><mi>x</mi>', 'sin x'],
  [`<mn>2</mn><mi>sin</mi><mo>\u2061</mo><mi>x</mi>`, '2 sin x'],
  [`<mn>2</mn>${a}${b}<mo>=</mo><mi>sin</mi><mo>(</mo>${c}<mo>)</mo>`, '2ab=sin(c)'],
  [`${a}${b}${c}${a}`, 'abca'],
  [`<mstyle><mi>sin</mi></mstyle><mrow>${a}${b}</mrow>${c}`, 'sin abc'],
  ['<mi>log</mi><mi>det</mi><mi>A</mi>', 'log det A'],
  ['<mtext>for all <b>large</b> n</mtext>', '\\text{for all large n}'],
  [`${a}<mo>=</mo> where ${b}`, 'a=where b'],
  [`<mmultiscripts><mi>X</mi><mn>1</mn><mn>2</mn><mprescripts/><mn>3</mn><mn>4</mn></mmultiscripts>`, '{}_3^4X_1^2'],
  [`<mmultiscripts><mi>R</mi><none/>${a}${b}<none/></mmultiscripts>`, 'R^a{}_b'],
])('writes %s as %s', (xml, text) => expect(tex(xml)).toBe(text));

it('keeps every word, whatever stands around it', () => {
  const words = ['one', 'two', 'three', 'four'];
  const around = 'mrow mfrac msup msubsup munderover mmultiscripts mtable mtr mtd mfenced msqrt mroot mtext mi mstyle merror'.split(' ');
  for (const name of around) {
    const inside = words.slice(0, /mfrac|msup|mroot/.test(name) ? 2 : /msubsup|munderover/.test(name) ? 3 : 4);
    const said = tex(`<${name}>${inside.map((word) => `<mi>${word}</mi>`).join('')}</${name}>`);
    for (const word of inside) expect(`${name} ${said}`).toContain(word);
  }
});

it('takes no longer for what is nested or long', () => {
  const fractions = `${'<mfrac>'.repeat(60)}${a}${`${b}</mfrac>`.repeat(60)}`;
  expect(tex(fractions)).toMatch(/^(?:\\frac\{){60}a/);
  expect(tex(`<mrow>${a.repeat(20_000)}</mrow>`)).toBe('a'.repeat(20_000));
});
