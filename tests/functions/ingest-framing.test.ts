import assert from "node:assert/strict";
import fc from "fast-check";
import { type Frame, Framer, type Framing, parseCsvRecord } from "../../functions/ingest/framing.ts";

function frame(text: string, framing: Framing = "csv", chunkBytes = 1000) {
  const frames: Frame[] = [];
  const framer = new Framer(framing, (one) => frames.push(one));
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    out.push(framer.push(bytes.subarray(start, start + chunkBytes)));
  }
  const { bytes: last, summary } = framer.end();
  const whole = Buffer.concat([...out, last]);
  const records = frames.map(({ startByte, endByte, line }) => [
    line,
    whole.subarray(startByte, endByte).toString(),
  ]);
  return { text: whole.toString(), records, summary };
}

describe("the framing of a file", () => {
  const cases: [string, string, [number, string][]][] = [
    [
      "counts lines and passes over blank ones",
      "a\n\n\nb",
      [
        [1, "a"],
        [4, "b"],
      ],
    ],
    [
      "takes line ends of three kinds",
      "a\r\nb\rc\n\r\nd",
      [
        [1, "a"],
        [2, "b"],
        [3, "c"],
        [5, "d"],
      ],
    ],
    [
      "keeps line ends in quotes as they are",
      'a,"b\r\nc"\r\nd',
      [
        [1, 'a,"b\r\nc"'],
        [3, "d"],
      ],
    ],
    [
      "takes a doubled quote for a letter",
      '"a""\n""b"\nc',
      [
        [1, '"a""\n""b"'],
        [3, "c"],
      ],
    ],
    [
      "takes a quote inside a field for a letter",
      'a"b\nc',
      [
        [1, 'a"b'],
        [2, "c"],
      ],
    ],
    [
      "opens a quote after blanks",
      'a, "b\nc"\nd',
      [
        [1, 'a, "b\nc"'],
        [3, "d"],
      ],
    ],
    [
      "goes on after text behind a closing quote",
      '"a"b\nc',
      [
        [1, '"a"b'],
        [2, "c"],
      ],
    ],
    [
      "drops a byte order mark at the start alone",
      "\uFEFFa\n\uFEFFb",
      [
        [1, "a"],
        [2, "\uFEFFb"],
      ],
    ],
  ];
  for (const [title, text, records] of cases) {
    it(title, () => {
      assert.deepEqual(frame(text).records, records);
    });
  }

  it("ends a record at every line end where quotes mean nothing", () => {
    assert.deepEqual(frame('{"a":"\r\n"b', "lines").records, [
      [1, '{"a":"'],
      [2, '"b'],
    ]);
  });

  it("makes every line end outside quotes a line feed", () => {
    assert.equal(frame('a\r\n"b\r\n"\rc').text, 'a\n"b\r\n"\nc');
  });

  it("finds the record whose quote is never closed, and doesn't count it", () => {
    const { summary } = frame('a\nb,"c\nd\n');

    assert.deepEqual(summary, {
      records: 1,
      longestBytes: 1,
      first: { startByte: 0, endByte: 1, line: 1 },
      unclosed: { startByte: 2, endByte: 9, line: 2 },
    });
  });

  it("sees the same whatever the chunks", () => {
    const text = fc
      .array(fc.constantFrom('"', ",", "\n", "\r", " ", "a", "\uFEFF"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5 }), (whole, chunkBytes) => {
        assert.deepEqual(frame(whole, "csv", chunkBytes), frame(whole));
      }),
    );
  });
});

describe("the parser of a header", () => {
  const cases: [string, string[] | null][] = [
    ["a,b", ["a", "b"]],
    ["a,,", ["a", "", ""]],
    ["", [""]],
    ['"a, ""b""\nc", "d" ,e', ['a, "b"\nc', "d", "e"]],
    ['a"b,c', ['a"b', "c"]],
    ['"a"b,c', null],
    ['"a', null],
    ["é", ["é"]],
  ];
  for (const [text, fields] of cases) {
    it(`reads ${JSON.stringify(text)} as ${JSON.stringify(fields)}`, () => {
      assert.deepEqual(parseCsvRecord(Buffer.from(text)), fields);
    });
  }

  it("reads no bytes that are not UTF-8", () => {
    assert.equal(parseCsvRecord(Buffer.from([0x61, 0xff])), null);
  });
});
