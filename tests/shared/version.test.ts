import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import * as commands from '../../shared/protocol/commands.ts'
import * as down from '../../shared/protocol/down.ts'
import * as errors from '../../shared/protocol/errors.ts'
import * as fields from '../../shared/protocol/fields.ts'
import * as http from '../../shared/protocol/http.ts'
import { PACKED_FORMS } from '../../shared/protocol/packed/frames.ts'
import * as limits from '../../shared/protocol/limits.ts'
import * as results from '../../shared/protocol/results.ts'
import * as rows from '../../shared/protocol/rows.ts'
import * as up from '../../shared/protocol/up.ts'
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts'
import { fingerprintOf, listDescribedVersions, outlineContract } from './fingerprint.ts'
import { outline } from './outline.ts'

/** What each version spoke. Once a version is released, its line is never changed. */
const FINGERPRINTS: Record<number, string> = {
  1: '378c7fdfcc256a36',
  2: 'dba70c90c20eaddb',
  3: 'fb4c6d4fd2723faf',
  4: 'feb300112ade17a2',
  5: 'df229f573369efe2',
  // In work until all of it is there.
  6: '0c50593950684719',
}

const packed = { PACKED_FORMS }
const FILES = { commands, down, errors, fields, http, limits, packed, results, rows, up }

test('the contract is the one that its version stands for', () => {
  const fingerprint = fingerprintOf(outlineContract(FILES, errors.ERRORS))
  expect(
    FINGERPRINTS[PROTOCOL_VERSION],
    'A schema, a limit or an error code of shared/protocol/ changed, and clients of the old version are out there. ' +
      'Raise PROTOCOL_VERSION in shared/protocol/version.ts, add its line to the history above it, add the line ' +
      `\`<new version>: '${fingerprint}',\` to FINGERPRINTS in tests/shared/version.test.ts and leave the older ones, ` +
      'and bring shared/protocol/README.md up to date.',
  ).toBe(fingerprint)
})

test('the history has a line for each version', () => {
  const text = readFileSync(join(import.meta.dirname, '../../shared/protocol/version.ts'), 'utf8')
  const described = listDescribedVersions(text)
  expect(described).toEqual(Array.from({ length: PROTOCOL_VERSION }, (_, index) => index + 1))
  expect(Object.keys(FINGERPRINTS).map(Number)).toEqual(described)
})

const message = { type: v.literal('message'), text: v.pipe(v.string(), v.maxLength(10)) }
const changes: [string, unknown][] = [
  ['a field more', v.object({ ...message, colour: v.string() })],
  ['a field less', v.object({ type: message.type })],
  ['another name of a type', v.object({ ...message, type: v.literal('note') })],
  ['a field that may be null', v.object({ ...message, text: v.nullable(message.text) })],
  ['a field that may be left out', v.object({ ...message, text: v.optional(message.text) })],
  ['a list of a field', v.object({ ...message, text: v.array(message.text) })],
  ['another bound', v.object({ ...message, text: v.pipe(v.string(), v.maxLength(11)) })],
  ['another pattern', v.object({ ...message, text: v.pipe(v.string(), v.maxLength(10), v.regex(/^a/)) })],
  ['unknown fields kept', v.looseObject(message)],
  ['another variant beside it', v.variant('type', [v.object(message), v.object({ type: v.literal('note') })])],
  ['one value more to choose', v.object({ ...message, text: v.picklist(['a', 'b']) })],
]

test.each(changes)('a changed schema has another fingerprint: %s', (_, changed) => {
  expect(fingerprintOf(outline(changed))).not.toBe(fingerprintOf(outline(v.object(message))))
})

test('what a field becomes that is left out is part of the fingerprint', () => {
  const others = [undefined, null, [], ['a']].map((left) => fingerprintOf(outline(v.optional(v.any(), left))))
  expect(new Set(others).size).toBe(4)
})

test('the order of fields and the sentences of checks are no part of the fingerprint', () => {
  const { type, text } = message
  const same = v.object({ text: v.pipe(v.string(), v.maxLength(10, 'is too long')), type })
  expect(fingerprintOf(outline(same))).toBe(fingerprintOf(outline(v.object({ type, text }))))
})
