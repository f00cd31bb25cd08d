import { expect, test } from 'vitest'
import * as v from 'valibot'
import { toOutgoingText } from '../../../../client/data/composing/outgoing-text.ts'
import { messageText } from '../../../../shared/protocol/fields.ts'

const typed: [string, string][] = [
  ['  hello \n', 'hello'],
  ['a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
  ['tab\tstays', 'tab\tstays'],
  ['bell\u0007 and\u0000 null', 'bell and null'],
  ['half \ud83d', 'half \ufffd'],
]

test.each(typed)('%j goes out as a message can carry it', (text, expected) => {
  const outgoing = toOutgoingText(text)
  expect(outgoing).toBe(expected)
  expect(v.is(messageText, outgoing)).toBe(true)
})
