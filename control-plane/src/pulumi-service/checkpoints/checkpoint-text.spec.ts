import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TextEdit } from '../wire/requests.js';
import { applyDelta } from './apply-delta.js';
import { memberText } from './member-text.js';

const sha256 = (text: Buffer): string => createHash('sha256').update(text).digest('hex');

test('edits between two texts, given in any order, make the second of the first', () => {
  const piece = fc.record({
    kept: fc.string({ unit: 'grapheme' }),
    old: fc.string(),
    new: fc.string({ unit: 'grapheme' }),
  });
  fc.assert(
    fc.property(fc.array(piece), fc.func(fc.integer()), (pieces, order) => {
      const edits: TextEdit[] = [];
      let offset = 0;
      for (const { kept, old, new: replacement } of pieces) {
        const start = offset + Buffer.byteLength(kept);
        offset = start + Buffer.byteLength(old);
        edits.push({ Span: { start: { offset: start }, end: { offset } }, NewText: replacement });
      }
      const before = Buffer.from(pieces.map(({ kept, old }) => kept + old).join(''));
      const after = Buffer.from(pieces.map(({ kept, new: replacement }) => kept + replacement).join(''));
      const distinct = edits.filter(({ Span }, i) => Span.start.offset !== edits[i - 1]?.Span.start.offset);
      fc.pre(distinct.length === edits.length);
      const shuffled = [...edits].sort((a, b) => order(a) - order(b));
      expect(applyDelta(before, shuffled, sha256(after))).toEqual(after);
    }),
  );
});

test('edits that overlap, lie outside or lead elsewhere are refused', () => {
  const edit = (start: number, end: number): TextEdit => ({
    Span: { start: { offset: start }, end: { offset: end } },
    NewText: '',
  });
  const before = Buffer.from('0123456789');
  expect(applyDelta(before, [edit(0, 5), edit(4, 6)], sha256(Buffer.from('6789')))).toBeUndefined();
  expect(applyDelta(before, [edit(8, 12)], sha256(Buffer.from('01234567')))).toBeUndefined();
  expect(applyDelta(before, [edit(0, 1)], sha256(before))).toBeUndefined();
});

test('the bytes of a member’s value are found as they were sent, whatever JSON stands around and in them', () => {
  const members = fc.dictionary(
    fc.string({ unit: 'grapheme' }).filter((key) => key !== 'wanted'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(members, members, fc.jsonValue(), fc.constantFrom(0, 1, 3), (first, last, wanted, indent) => {
      const text = JSON.stringify({ ...first, wanted, ...last }, undefined, indent);
      const found = memberText(Buffer.from(text), 'wanted');
      expect(JSON.parse(String(found))).toEqual(JSON.parse(JSON.stringify(wanted)));
      expect(text).toContain(String(found));
    }),
  );
});
