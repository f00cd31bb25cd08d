import { expect, test } from 'vitest'
import { createRowsEncoder, type FrameWriter } from '../../../server/live/frames.ts'

interface Row {
  seq: number
  text: string
}

const nothing = () => Buffer.alloc(0)

/** A way of writing, and the rows that were written. */
function createWriter(written: string[]): FrameWriter<Row> {
  return {
    ...{ welcome: nothing, live: nothing, behind: nothing, nothing, lineage: nothing, ping: () => [] },
    row({ text }) {
      written.push(text)
      return text
    },
    rows: ({ from, to }, rows) => Buffer.from(`${from}-${to}: ${rows.join()}`),
  }
}
const lineage = { id: 'one' }
const span = { lineage, from: 3, to: 7 }
const rowOf = (seq: number, text = `row ${seq}`): Row => ({ seq, text })

test('the same rows of the same span are one frame, for whoever is told them, also in another list', () => {
  const written: string[] = []
  const [encode, writer] = [createRowsEncoder<Row>(), createWriter(written)]
  const rows = [rowOf(4), rowOf(6)]
  const frame = encode(writer, span, rows)
  expect(frame.toString()).toBe('3-7: row 4,row 6')
  expect(encode(writer, span, rows)).toBe(frame)
  expect(encode(writer, { ...span }, [...rows])).toBe(frame)
  expect(written).toEqual(['row 4', 'row 6'])
})
test('a row is written once, whatever it is told with and from where', () => {
  const written: string[] = []
  const [encode, writer] = [createRowsEncoder<Row>(), createWriter(written)]
  const [one, other, third] = [rowOf(4), rowOf(6), rowOf(9)]
  const told = [
    encode(writer, span, [one, other]),
    encode(writer, span, [other]),
    encode(writer, { ...span, from: 5 }, [other]),
    encode(writer, { ...span, to: 9 }, [other, third]),
  ]
  expect(told.map(String)).toEqual(['3-7: row 4,row 6', '3-7: row 6', '5-7: row 6', '3-9: row 6,row 9'])
  expect(written).toEqual(['row 4', 'row 6', 'row 9'])
})
test('what one change is to some and to others are two rows, though they stand in one place', () => {
  const [encode, writer] = [createRowsEncoder<Row>(), createWriter([])]
  expect(encode(writer, span, [rowOf(5, 'who has seen what')]).toString()).toBe('3-7: who has seen what')
  expect(encode(writer, span, [rowOf(5, 'and without')]).toString()).toBe('3-7: and without')
})
test('what was told in a lineage that ended is not told in another one', () => {
  const encode = createRowsEncoder<Row>()
  const writer: FrameWriter<Row> = { ...createWriter([]), rows: ({ lineage: { id } }) => Buffer.from(id) }
  const rows = [rowOf(4)]
  expect(encode(writer, span, rows).toString()).toBe('one')
  expect(encode(writer, { ...span, lineage: { id: 'other' } }, rows).toString()).toBe('other')
})
test('each way of writing writes for itself', () => {
  const encode = createRowsEncoder<Row>()
  const writers = [createWriter([]), { ...createWriter([]), row: () => 'in another way' }]
  const rows = [rowOf(4)]
  expect(writers.map((writer) => encode(writer, span, rows).toString())).toEqual(['3-7: row 4', '3-7: in another way'])
})
