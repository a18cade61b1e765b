/** Texts, and what yamllint 1.38 finds in them (`line:column rule`), by rules file. */
export const lintCases: readonly (readonly [rules: string, cases: readonly (readonly [text: string, found: string])[]])[] = [
  [
    '{rules: {braces: enable}}',
    [
      ['{a: b}\n', ''],
      ['{ a: b}\n', '1:2 braces'],
      ['{a: b }\n', '1:6 braces'],
      ['{}\n', ''],
      ['{ }\n', '1:2 braces'],
      ['{\n  a: b\n}\n', ''],
      ['[{ a: b }, {c: d}]\n', '1:3 braces, 1:8 braces'],
    ],
  ],
  [
    '{rules: {braces: {min-spaces-inside: 1, max-spaces-inside: 1}}}',
    [
      ['{a: b}\n', '1:2 braces, 1:6 braces'],
      ['{ a: b }\n', ''],
      ['{}\n', '1:2 braces'],
    ],
  ],
  [
    '{rules: {braces: {forbid: true}}}',
    [
      ['a: {b: c}\n', '1:5 braces'],
      ['{}\n', '1:2 braces'],
    ],
  ],
  [
    '{rules: {braces: {forbid: non-empty}}}',
    [
      ['a: {b: c}\n', '1:5 braces'],
      ['a: {}\n', ''],
    ],
  ],
  [
    '{rules: {braces: {max-spaces-inside-empty: 0, max-spaces-inside: 1}}}',
    [
      ['{ }\n', '1:2 braces'],
      ['{ a: b }\n', ''],
    ],
  ],
  [
    '{rules: {brackets: enable}}',
    [
      ['[a]\n', ''],
      ['[ a]\n', '1:2 brackets'],
      ['[a ]\n', '1:3 brackets'],
      ['[ ]\n', '1:2 brackets'],
      ['- [  a  ]\n', '1:5 brackets, 1:8 brackets'],
      ['[[ a], [b ]]\n', '1:10 brackets, 1:3 brackets'],
    ],
  ],
  [
    '{rules: {colons: enable}}',
    [
      ['a: b\n', ''],
      ['a : b\n', '1:2 colons'],
      ['a:  b\n', '1:4 colons'],
      ['a  :   b\n', '1:3 colons, 1:7 colons'],
      ['? a\n: b\n', ''],
      ['?  a\n:  b\n', '1:3 colons, 2:3 colons'],
      ['{a: b, c:  d}\n', '1:11 colons'],
      ['a:\n  b\n', ''],
      ['&x a: b\n*x : c\n', ''],
      ['&x a: b\n*x  : c\n', '2:4 colons'],
      ["'a' : b\n", '1:4 colons'],
      ['- a :  b\n', '1:4 colons, 1:7 colons'],
    ],
  ],
  [
    '{rules: {commas: enable}}',
    [
      ['[a, b]\n', ''],
      ['[a,b]\n', '1:4 commas'],
      ['[a , b]\n', '1:3 commas'],
      ['[a,  b]\n', '1:5 commas'],
      ['[a\n, b]\n', '2:1 commas'],
      ['[a,\n b]\n', ''],
      ['{a: b,c: d ,  e: f}\n', '1:11 commas, 1:14 commas, 1:7 commas'],
    ],
  ],
  [
    '{rules: {hyphens: enable}}',
    [
      ['- a\n', ''],
      ['-  a\n', '1:3 hyphens'],
      ['- - a\n', ''],
      ['-  -  a\n', '1:3 hyphens, 1:6 hyphens'],
      ['-\n  a\n', ''],
      ['- a\n-   b: c\n', '2:4 hyphens'],
    ],
  ],
  [
    '{rules: {empty-lines: enable}}',
    [
      ['a: b\n\n\nc: d\n', ''],
      ['a: b\n\n\n\nc: d\n', '4:1 empty-lines'],
      ['\na: b\n', '1:1 empty-lines'],
      ['\n\na: b\n', '2:1 empty-lines'],
      ['a: b\n\n', '2:1 empty-lines'],
      ['\n', ''],
      ['\n\n', '2:1 empty-lines'],
      ['a: |\n  b\n\n\n\n  c\n', '5:1 empty-lines'],
    ],
  ],
  [
    '{rules: {empty-lines: {max: 0, max-start: 1, max-end: 1}}}',
    [
      ['\na: b\n', ''],
      ['\n\na: b\n', '2:1 empty-lines'],
      ['a: b\n\n', ''],
      ['a: b\n\n\n', '3:1 empty-lines'],
      ['a: b\n\nc: d\n', '2:1 empty-lines'],
    ],
  ],
  [
    '{rules: {trailing-spaces: enable}}',
    [
      ['a: b \n', '1:5 trailing-spaces'],
      ['a: |\n  b  \n  c\n', '2:4 trailing-spaces'],
      ['  \na: b\n', '1:1 trailing-spaces'],
      ['a: b #\t\n', '1:7 trailing-spaces'],
      ['a: b ', '1:5 trailing-spaces'],
    ],
  ],
  [
    '{rules: {new-line-at-end-of-file: enable}}',
    [
      ['a: b', '1:5 new-line-at-end-of-file'],
      ['a: b\n', ''],
      ['', ''],
      ['a: |\n  b', '2:4 new-line-at-end-of-file'],
    ],
  ],
  [
    '{rules: {key-duplicates: enable}}',
    [
      ['a: b\na: c\n', '2:1 key-duplicates'],
      ['{a: b, a: c}\n', '1:8 key-duplicates'],
      ['a: b\n"a": c\n', '2:1 key-duplicates'],
      ['- a: b\n- a: c\n', ''],
      ['<<: {a: b}\n<<: {c: d}\n', ''],
      ['a:\n  b: c\n  b: d\na: e\n', '3:3 key-duplicates, 4:1 key-duplicates'],
      ['? a\n: b\n? a\n: c\n', '3:3 key-duplicates'],
      ['[a: b, a: c]\n', ''],
    ],
  ],
  ['{rules: {key-duplicates: {forbid-duplicated-merge-keys: true}}}', [['<<: {a: b}\n<<: {c: d}\n', '2:1 key-duplicates']]],
  [
    '{rules: {anchors: enable}}',
    [
      ['- &a b\n- *a\n', ''],
      ['- &a b\n- c\n', ''],
      ['- &a b\n- &c d\n- *c\n', ''],
    ],
  ],
  [
    '{rules: {anchors: {forbid-unused-anchors: true, forbid-duplicated-anchors: true}}}',
    [
      ['- &a b\n- c\n', '1:3 anchors'],
      ['- &a b\n- *a\n', ''],
      ['- &a b\n- *a\n- &c d\n', '3:3 anchors'],
    ],
  ],
  [
    '{rules: {indentation: enable}}',
    [
      ['a:\n  - b\n', ''],
      ['a:\n- b\n', '2:1 indentation'],
      ['a:\n    - b\nc:\n  - d\n', '4:3 indentation'],
      ['a:\n  b:\n   c: d\n', '3:4 indentation'],
      ['- a:\n    b\n- c:\n   d\n', '4:4 indentation'],
      ['a:\n  b: c\n  d:\n    e\n', ''],
      ['a: [b,\n    c]\n', ''],
      ['a: [\n  b,\n  c\n]\n', ''],
      ['a: [\n  b,\n  c\n  ]\n', '4:3 indentation'],
      ['a: {\n  b: c,\n    d: e\n}\n', '3:5 indentation'],
      ['- - a\n  - b\n', ''],
      ['-\n  a: b\n', ''],
      ['-\n   a: b\n- c:\n    d\n', '4:5 indentation'],
      ['? a\n: b\n', ''],
      ['?\n  a\n:\n  b\n', ''],
      ['a: &x\n  b: c\n', ''],
      ['a: !!map\n  b: c\n', ''],
      ['a: !!map\n    b: c\n', ''],
      ['a: >\n   b\nc:\n  d: e\n', ''],
      ['a:\n  # c\n  - b\n', ''],
      ['a: "b\nc"\nd:\n  e: f\n', ''],
      ['  a: b\n', '1:3 indentation'],
      ['a:\n  - b:\n      c\n    d:\n     e\n', '5:6 indentation'],
      ['- a\n-\n- b\n', ''],
      ['a:\n  -\n    - b\n', ''],
    ],
  ],
  [
    '{rules: {indentation: {indent-sequences: consistent}}}',
    [
      ['a:\n- b\nc:\n  - d\n', '4:3 indentation'],
      ['a:\n  - b\nc:\n- d\n', '4:1 indentation'],
      ['a:\n- b\nc:\n- d\n', ''],
    ],
  ],
  [
    '{rules: {indentation: {indent-sequences: false}}}',
    [
      ['a:\n- b\n', ''],
      ['a:\n  - b\n', '2:3 indentation'],
    ],
  ],
  [
    '{rules: {indentation: {indent-sequences: whatever, spaces: 2}}}',
    [
      ['a:\n- b\nc:\n  - d\n', ''],
      ['a:\n   - b\n', '2:4 indentation'],
      ['a:\n    b: c\n', '2:5 indentation'],
    ],
  ],
  [
    '{rules: {indentation: {check-multi-line-strings: true}}}',
    [
      ['a: b\n  c\n', '2:3 indentation'],
      ['a: b\n   c\n', ''],
      ['a: |\n  b\n   c\n', '3:4 indentation'],
      ['a: "b\n    c"\n', ''],
      ['a: "b\n  c"\n', '2:3 indentation'],
      ['- >\n  a\n    b\n', '3:5 indentation'],
      ['a:\n  - |\n    b\n     c\n', '3:5 indentation, 4:6 indentation'],
    ],
  ],
  [
    '{rules: {comments: enable}}',
    [
      ['#a\n', '1:2 comments'],
      ['# a\n', ''],
      ['a: b # c\n', '1:6 comments'],
      ['a: b  # c\n', ''],
      ['a: b  #c\n', '1:8 comments'],
      ['##\n', ''],
      ['#!a\n', ''],
      ['##x\n', '1:3 comments'],
      ['#!a\n#!b\n', '2:2 comments'],
    ],
  ],
  [
    '{rules: {comments-indentation: enable}}',
    [
      ['# a\nb: c\n', ''],
      [' # a\nb: c\n', '1:2 comments-indentation'],
      ['b:\n  # a\n  c: d\n', ''],
      ['b:\n # a\n  c: d\n', '2:2 comments-indentation'],
      ['b:\n    c: d\n  # a\ne: f\n', '3:3 comments-indentation'],
      ['b:\n  c: d\n# a\n  # e\nf: g\n', '4:3 comments-indentation'],
      ['a: b\n  # c\n', '2:3 comments-indentation'],
    ],
  ],
  [
    '{rules: {document-start: enable}}',
    [
      ['a: b\n', '1:1 document-start'],
      ['---\na: b\n', ''],
      ['# c\na: b\n', '2:1 document-start'],
      ['', ''],
      ['%YAML 1.1\n---\na: b\n', ''],
    ],
  ],
  [
    '{rules: {document-start: {present: false}}}',
    [
      ['---\na: b\n', '1:1 document-start'],
      ['a: b\n', ''],
    ],
  ],
  [
    '{rules: {document-end: enable}}',
    [
      ['a: b\n', '1:1 document-end'],
      ['a: b\n...\n', ''],
    ],
  ],
  ['{rules: {document-end: {present: false}}}', [['a: b\n...\n', '2:1 document-end']]],
  [
    '{rules: {truthy: enable}}',
    [
      ['a: yes\n', '1:4 truthy'],
      ['a: true\n', ''],
      ['a: True\n', '1:4 truthy'],
      ['on: a\n', '1:1 truthy'],
      ['a: "yes"\n', ''],
      ['a: !!str yes\n', ''],
      ['- no\n- off\n', '1:3 truthy, 2:3 truthy'],
    ],
  ],
  [
    "{rules: {truthy: {allowed-values: ['yes'], check-keys: false}}}",
    [
      ['a: yes\n', ''],
      ['on: a\n', ''],
      ['a: true\n', '1:4 truthy'],
    ],
  ],
  [
    '{rules: {empty-values: enable}}',
    [
      ['a:\n', '1:3 empty-values'],
      ['a:\nb: c\n', '1:3 empty-values'],
      ['{a: , b: c}\n', '1:4 empty-values'],
      ['-\n- a\n', '1:2 empty-values'],
      ['a: ""\n', ''],
      ['a: ~\n', ''],
    ],
  ],
  [
    '{rules: {octal-values: enable}}',
    [
      ['a: 010\n', '1:7 octal-values'],
      ['a: 0o10\n', '1:8 octal-values'],
      ['a: 08\n', ''],
      ['a: "010"\n', ''],
      ['a: 0\n', ''],
    ],
  ],
  [
    '{rules: {float-values: {forbid-nan: true, forbid-inf: true, forbid-scientific-notation: true, require-numeral-before-decimal: true}}}',
    [
      ['a: .nan\n', '1:4 float-values'],
      ['a: -.inf\n', '1:4 float-values'],
      ['a: 1e3\n', '1:4 float-values'],
      ['a: .5\n', '1:4 float-values'],
      ['a: .5e3\n', '1:4 float-values, 1:4 float-values'],
      ['a: 0.5\n', ''],
      ['a: ".5"\n', ''],
    ],
  ],
  [
    '{rules: {key-ordering: enable}}',
    [
      ['a: b\nc: d\n', ''],
      ['c: d\na: b\n', '2:1 key-ordering'],
      ['a: {c: d, b: e}\nb: f\n', '1:11 key-ordering'],
      ['B: a\na: b\n', ''],
    ],
  ],
  ["{rules: {key-ordering: {ignored-keys: ['^z']}}}", [['z: a\na: b\n', '']]],
  [
    '{rules: {line-length: {max: 10}}}',
    [
      ['abcdefghijklmn\n', ''],
      ['abc defg hijklmn\n', '1:11 line-length'],
      ['- abcdefghijklmn\n', ''],
      ['# abcdefghijklmn\n', ''],
      ['a: bcdefghijklmn\n', '1:11 line-length'],
      ['a: "😀😀😀 😀😀😀"\n', '1:11 line-length'],
      // Nine characters, thirteen units of UTF-16.
      ['a: 😀😀 😀😀 b\n', ''],
    ],
  ],
  [
    '{rules: {line-length: {max: 10, allow-non-breakable-inline-mappings: true}}}',
    [
      ['a: bcdefghijklmn\n', ''],
      ['a: bcdef ghijklmn\n', '1:11 line-length'],
    ],
  ],
  ['{rules: {line-length: {max: 10, allow-non-breakable-words: false}}}', [['abcdefghijklmn\n', '1:11 line-length']]],
  [
    '{rules: {quoted-strings: enable}}',
    [
      ['a: b\n', '1:4 quoted-strings'],
      ['a: "b"\n', ''],
      ['a: 1\n', ''],
      ['- b\n', '1:3 quoted-strings'],
      ['a: |\n  b\n', ''],
    ],
  ],
  [
    '{rules: {quoted-strings: {quote-type: single}}}',
    [
      ['a: "b"\n', '1:4 quoted-strings'],
      ["a: 'b'\n", ''],
    ],
  ],
  [
    '{rules: {quoted-strings: {required: only-when-needed}}}',
    [
      ['a: "b"\n', '1:4 quoted-strings'],
      ['a: "b: c"\n', ''],
      ['a: "1"\n', ''],
      ['a: [",", "b"]\n', '1:10 quoted-strings'],
      ['a: "b\\n"\n', ''],
      ['a: ""\n', ''],
    ],
  ],
  [
    '{rules: {quoted-strings: {required: false, quote-type: double, allow-quoted-quotes: true}}}',
    [
      ['a: b\n', ''],
      ["a: 'b'\n", '1:4 quoted-strings'],
      ["a: 'b\"'\n", ''],
    ],
  ],
  [
    '{rules: {quoted-strings: {required: true, check-keys: true, quote-type: consistent}}}',
    [
      ['"a": "b"\n', ''],
      ['\'a\': "b"\n', '1:6 quoted-strings'],
      ['a: "b"\n', '1:1 quoted-strings'],
    ],
  ],
  [
    "{rules: {quoted-strings: {required: only-when-needed, extra-allowed: ['^http']}}}",
    [
      ['a: "http"\n', ''],
      ['a: "b"\n', '1:4 quoted-strings'],
    ],
  ],
  ['{rules: {new-lines: {type: dos}}}', [['a: b\n', '1:5 new-lines']]],
  [
    '{extends: relaxed, rules: {line-length: disable}}',
    [
      ['a:  b # yamllint disable-line\n', ''],
      ['# yamllint disable-line rule:colons\na:  b\nc:  d\n', '3:4 colons'],
      ['# yamllint disable\na:  b\n# yamllint enable rule:colons\nc:  d \n', '4:4 colons'],
      ['a: b\n# yamllint disable rule:colons rule:nothing\nc:  d \n', '3:6 trailing-spaces'],
      ['# yamllint disable-file\na:  b\n', ''],
      ['#yamllint disable-file\na:  b\n', ''],
      ['# yamllint disable-line\n\n\n\na:  b\n', '4:1 empty-lines, 5:4 colons'],
      ['a: |\n  # yamllint disable\nb:  c\n', '3:4 colons'],
      ['a: |\n  b  # yamllint disable-line\n\n\n\n\n', '6:1 empty-lines'],
      ['é😀:  b\n', '1:5 colons'],
    ],
  ],
];
