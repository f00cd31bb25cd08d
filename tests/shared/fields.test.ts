import fc from 'fast-check'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import * as fields from '../../shared/protocol/fields.ts'
import {
  EMOJI_MAX,
  HANDLE_MAX,
  MENTIONS_MAX,
  NAME_MAX,
  PASSWORD_MAX,
  PICTURE_BASE64_MAX,
  TITLE_MAX,
} from '../../shared/protocol/limits.ts'

const { displayName, emoji, groupTitle, handle, id, logId, mentions, messageText, password } = fields
const { pictureFile, messageNumber, seq, timeMs } = fields

const VERSION_7 = '01a208fd-3ffe-7409-aab2-b4b3c50e0b5d'

const accepted: [string, v.GenericSchema, unknown, unknown?][] = [
  ['an id of version 7', id, VERSION_7],
  ['an id of version 8', id, '207a54b5-37e7-8a0f-bdb1-dfc2074dc749'],
  ['the id of Everyone', id, fields.EVERYONE_ID],
  ['the campus log', logId, fields.CAMPUS_LOG],
  ['the position before the first change', seq, 0],
  ['the last position that a number can say', seq, Number.MAX_SAFE_INTEGER],
  ['the first message', messageNumber, 1],
  ['the first moment', timeMs, 0],
  ['the last moment that a date can say', timeMs, new Date(8_640_000_000_000_000).getTime()],
  ['the shortest handle', handle, 'ada'],
  ['the longest handle', handle, 'a'.repeat(HANDLE_MAX)],
  ['a handle of everything it may hold', handle, 'a-0.b_9'],
  ['a handle in capitals, made small', handle, 'Ada', 'ada'],
  ['a handle with space around, taken off', handle, '  ada\n', 'ada'],
  ['a name of one letter', displayName, 'Ö'],
  ['the longest name', displayName, 'n'.repeat(NAME_MAX)],
  ['a name with space around, taken off', displayName, '\u00a0 Ada  Lovelace ', 'Ada Lovelace'],
  ['a name of an emoji', displayName, '👩🏽‍🔬'],
  ['a name written from right to left', displayName, 'عائشة'],
  ['the longest title', groupTitle, 't'.repeat(TITLE_MAX)],
  ['a text of several lines', messageText, 'one\n\n\ttwo'],
  ['a text with space around, kept', messageText, '  text  '],
  ['an empty text, which the command refuses with a code of its own', messageText, ''],
  ['a text of any length, which the command refuses likewise', messageText, 'x'.repeat(100_000)],
  ['the shortest password', password, 'p'.repeat(8)],
  ['a password with space around, kept', password, '  secret  '],
  ['the longest password', password, 'p'.repeat(PASSWORD_MAX)],
  ['a message that mentions nobody', mentions, []],
  ['as many mentions as there may be', mentions, Array(MENTIONS_MAX).fill(VERSION_7)],
  ['an emoji of seven characters', emoji, '👩🏽‍🔬'],
  ['the longest emoji, whatever it holds', emoji, 'x'.repeat(EMOJI_MAX)],
  ['a picture, whatever it shows', pictureFile, 'PHN2Zz4='],
  ['the largest picture', pictureFile, 'A'.repeat(PICTURE_BASE64_MAX)],
]

test.each(accepted)('accepted: %s', (_, schema, value, becomes = value) => {
  expect(v.parse(schema, value)).toEqual(becomes)
})

const refused: [string, v.GenericSchema, unknown][] = [
  ['an id in capitals', id, VERSION_7.toUpperCase()],
  ['an id without dashes', id, VERSION_7.replaceAll('-', '')],
  ['an id in braces', id, `{${VERSION_7}}`],
  ['an id with a line break after it', id, `${VERSION_7}\n`],
  ['an id of version 0', id, '01a208fd-3ffe-0409-aab2-b4b3c50e0b5d'],
  ['an id of another variant', id, '01a208fd-3ffe-7409-cab2-b4b3c50e0b5d'],
  ['the id that is nothing', id, '00000000-0000-0000-0000-000000000000'],
  ['an id that is a number', id, 1],
  ['an id that is a list of one', id, [VERSION_7]],
  ['a log with capitals', logId, 'Campus'],
  ['a log without a name', logId, ''],
  ['a log with a long name', logId, 'l'.repeat(41)],
  ['a position before the beginning', seq, -1],
  ['half a position', seq, 1.5],
  ['a position too great to be exact', seq, Number.MAX_SAFE_INTEGER + 1],
  ['a position that is a text', seq, '1'],
  ['a position that is no number', seq, Number.NaN],
  ['a message before the first', messageNumber, 0],
  ['a moment that no date can say', timeMs, 8_640_000_000_000_001],
  ['a handle of two', handle, 'ab'],
  ['a handle of 31', handle, 'a'.repeat(HANDLE_MAX + 1)],
  ['a handle of two and space', handle, ' ab '],
  ['a handle that begins with a digit', handle, '1ab'],
  ['a handle that begins with a dash', handle, '-ab'],
  ['a handle with a space', handle, 'ada lovelace'],
  ['a handle with an umlaut', handle, 'jürgen'],
  ['a handle with a letter that only looks latin', handle, 'аda'],
  ['a handle with a letter that becomes two', handle, 'İada'],
  ['a handle with an at sign', handle, 'ada@home'],
  ['an empty name', displayName, ''],
  ['a name of space', displayName, ' \u2003\t '],
  ['a name of 61', displayName, 'n'.repeat(NAME_MAX + 1)],
  ['a name of 31 emoji, which count twice', displayName, '👋'.repeat(31)],
  ['a title of 81', groupTitle, 't'.repeat(TITLE_MAX + 1)],
  ['a text that is nothing', messageText, null],
  ['a password of seven', password, 'p'.repeat(7)],
  ['a password of 1001', password, 'p'.repeat(PASSWORD_MAX + 1)],
  ['51 mentions', mentions, Array(MENTIONS_MAX + 1).fill(VERSION_7)],
  ['a mention that is a handle', mentions, ['ada']],
  ['a mention that is no list', mentions, VERSION_7],
  ['an emoji of 41', emoji, 'x'.repeat(EMOJI_MAX + 1)],
  ['an emoji that is a number', emoji, 7],
  ['an empty picture', pictureFile, ''],
  ['a picture in another alphabet', pictureFile, 'PHN2Zz4_'],
  ['a picture with a line break', pictureFile, 'PHN2\nZz4='],
  ['a picture padded too much', pictureFile, 'PHN2Zz==='],
  ['a picture as an address', pictureFile, 'data:image/jpeg;base64,PHN2Zz4='],
  ['a picture too large', pictureFile, 'A'.repeat(PICTURE_BASE64_MAX + 1)],
]

test.each(refused)('refused: %s', (_, schema, value) => {
  expect(v.is(schema, value)).toBe(false)
})

test('a text that shows something holds every character but the control characters, and is kept as it is', () => {
  const isAllowed = (code: number) => (code < 0xd800 || code > 0xdfff) && code !== 0x2028 && code !== 0x2029
  const character = fc
    .integer({ min: 0xa0, max: 0x10ffff })
    .filter(isAllowed)
    .map((code) => String.fromCodePoint(code))
  const allowed = fc.string({ unit: character, maxLength: 20 })
  fc.assert(
    fc.property(allowed, (text) => {
      expect(v.parse(messageText, `${text}x`)).toBe(`${text}x`)
    }),
  )
})

test('no control character of ASCII but tab and line feed is in a text, wherever it stands', () => {
  const codes = Array.from({ length: 0x80 }, (_, code) => code)
  const isKept = (code: number) => v.parse(messageText, `a${String.fromCharCode(code)}b`).charCodeAt(1) === code
  const kept = codes.filter((code) => isKept(code) && (code < 0x20 || code === 0x7f))
  expect(kept).toEqual([0x09, 0x0a])
})

test('a handle that was accepted is accepted again, and stays as it is', () => {
  const written = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9._-]{2,29}$/)
  fc.assert(
    fc.property(written, (text) => {
      const once = v.parse(handle, text)
      expect(v.parse(handle, once)).toBe(once)
      expect(once).toBe(text.toLowerCase())
    }),
  )
})
