import { describe, expect, it } from 'vitest';
import { renderBlock } from '../render-block.js';
import { readLatex } from './read-latex.js';

const said = (tex: string): string[] => readLatex(tex).blocks.map(renderBlock);
const dropped = (tex: string): string[] => readLatex(tex).dropped.map(({ reason, text, line }) => `${line} ${reason}: ${text}`);

describe('readLatex', () => {
  it('keeps code within a line, whatever marks it', () => {
    expect(said(String.raw`\lstinline|a_b%c|, \lstinline[language=C]{int x = 1;}, \mintinline{py}!y_z! and \texttt{a}\texttt{b}.`)).toEqual(
      ['`a_b%c`, `int x = 1;`, `y_z` and `a``b`.'],
    );
  });

  it('tells quotations from marks of code', () => {
    expect(said("He said `it's so' and ``a `b' c''; 5\\~{} \\^{}.")).toEqual(["He said ‘it's so’ and “a ‘b’ c”; 5~ ^."]);
  });

  it('says what is cited, with the words before and behind it', () => {
    expect(said(String.raw`\citep[see][p.~1]{knuth}, \citep[ch. 2]{a,b}, \citet{c} and \parencite[cf.][]{d}.`)).toEqual([
      '[see knuth, p. 1], [a,b, ch. 2], [c] and [cf. d].',
    ]);
  });

  it('takes sizes and places for no text', () => {
    const tex = String.raw`\begin{minipage}[t]{0.4\linewidth}One\end{minipage}\begin{multicols}{2}Two\end{multicols}
\begin{wrapfigure}{r}{3cm}Three\end{wrapfigure} \makebox[2cm][l]{four} \scalebox{0.5}{five} \rotatebox{90}{six} \addtocounter{page}{1}`;
    expect(said(tex)).toEqual(['One', 'Two', 'Three', 'four five six']);
  });

  it('keeps a table in one piece where its cells have several lines', () => {
    const tex = String.raw`\resizebox{\textwidth}{!}{\begin{tabular}{ll}
A & \begin{tabular}[c]{@{}l@{}}B\\two\end{tabular} \\ \midrule[1pt]
\makecell[l]{x\\y} & {\shortstack{p & q\\r}} \\
\end{tabular}}
\begin{tabular*}{\textwidth}{@{\extracolsep{\fill}}ll} h & i \\ \end{tabular*}`;
    expect(said(tex)).toEqual(['| A | B two |\n| --- | --- |\n| x y | p & q r |', '| h | i |\n| --- | --- |']);
  });

  it('has the head of a long table once, and its caption', () => {
    const tex = String.raw`\begin{longtable}{ll}
\caption[short]{Long \emph{cap}}\label{x}\\
A & B \\ \hline \endfirsthead
Continued & \\ A & B \\ \endhead
\multicolumn{2}{r}{Next page} \\ \endfoot
\multicolumn{2}{r}{Source: us} \\ \endlastfoot
1 & 2 \\
3 & 4
\end{longtable}`;
    expect(said(tex)).toEqual(['Long cap\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n| Source: us | Source: us |']);
    expect(dropped(tex)).toEqual(['1 header: Continued &\nA & B', '1 footer: Next page']);
  });

  it('says what the commands of algorithms print', () => {
    const tex = String.raw`\begin{algorithm}\caption{Euclid}\begin{algorithmic}[1]
\Procedure{Euclid}{$a,b$}\Comment{Of two}
\While{$r\not=\frac{0}{1}$} \State $a\gets \Call{Mod}{a, b}$ \EndWhile
\ForAll{$x$} \If{$a$} \State b \ElsIf{$c$} \State \Return d \Else \STATE e \EndIf \EndFor
\EndProcedure\end{algorithmic}\end{algorithm}`;
    expect(said(tex)).toEqual([
      'Euclid',
      'procedure Euclid($a,b$) ▷ Of two\nwhile $r\\not=\\frac{0}{1}$\n$a\\gets \\Call{Mod}{a, b}$\nend while\nfor all $x$\nif $a$\nb\n' +
        'else if $c$\nreturn d\nelse\ne\nend if\nend for\nend procedure',
    ]);
    expect(said(String.raw`\begin{algorithm}[H]\KwIn{a text}\While{not at end}{read\; \eIf{known}{go\;}{stop\;}}\end{algorithm}`)).toEqual([
      'Input: a text\nwhile not at end\nread\nif known\ngo\nelse\nstop\nend if\nend while',
    ]);
  });

  it('lists what a source hides from itself, and comments behind links', () => {
    const tex = String.raw`\href{http://e.com/a%20b}{Link}. % Mend it.
\iffalse Not \ifx a b \fi this.
\else This \iff that. \fi
\if0 Nor this.\fi End.`;
    expect(said(tex)).toEqual(['Link.\nThis that. End.']);
    expect(dropped(tex)).toEqual(['1 comment: Mend it.', '2 hidden: Not \\ifx a b \\fi this.', '4 hidden: Nor this.']);
  });

  it('reads slides, and the titles of boxes and listings', () => {
    const tex = String.raw`\begin{frame}<1->[fragile]{Pumps}{Small ones}
\begin{itemize}\item<1-> one \item<2->[x] two\end{itemize} \only<2>{Only here.}
\begin{block}{Note}Mind it.\end{block}
\end{frame}
\begin{tcolorbox}[colback=red,title={A, b}]In.\end{tcolorbox}
\begin{lstlisting}[language=C,caption={Cap [1]},label=x]
int a[3];
\end{lstlisting}`;
    expect(said(tex)).toEqual([
      'Pumps',
      'Small ones',
      '- one\n- x: two',
      'Only here.',
      'Note',
      'Mind it.',
      'A, b',
      'In.',
      'Cap [1]',
      '```c\nint a[3];\n```',
    ]);
  });

  it('knows units by their short names', () => {
    expect(said(String.raw`\qty{5}{\kg}, \SI{3}{\um\per\s}, \unit{\MHz}, \qty{2}{\L}`)).toEqual(['5 kg, 3 µm/s, MHz, 2 L']);
  });
});
