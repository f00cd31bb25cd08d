import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as commands from '../../shared/classroom/commands.ts'
import * as errors from '../../shared/classroom/errors.ts'
import * as fields from '../../shared/classroom/fields.ts'
import * as frames from '../../shared/classroom/frames.ts'
import * as http from '../../shared/classroom/http.ts'
import * as limits from '../../shared/classroom/limits.ts'
import * as photos from '../../shared/classroom/photos.ts'
import * as rows from '../../shared/classroom/rows.ts'
import { CLASSROOM_VERSION } from '../../shared/classroom/version.ts'
import { fingerprintOf, listDescribedVersions, outlineContract } from './fingerprint.ts'

/** What each version spoke. Once a version is released, its line is never changed. */
const FINGERPRINTS: Record<number, string> = {
  1: '448202b8e81ba82d',
  2: '3897bafbcf141526',
  3: '54d2c148c2b5a01f',
}

const FILES = { commands, errors, fields, frames, http, limits, photos, rows }

test('the contract of a classroom is the one that its version stands for', () => {
  const fingerprint = fingerprintOf(outlineContract(FILES, errors.CLASSROOM_ERRORS))
  expect(
    FINGERPRINTS[CLASSROOM_VERSION],
    'A schema, a limit or an error code of shared/classroom/ changed, and pages of the old version are out there. ' +
      'Raise CLASSROOM_VERSION in shared/classroom/version.ts, add its line to the history above it, add the line ' +
      `\`<new version>: '${fingerprint}',\` to FINGERPRINTS in tests/shared/classroom-version.test.ts and leave the ` +
      'older ones, and bring shared/classroom/README.md up to date.',
  ).toBe(fingerprint)
})

test('the history of a classroom has a line for each version', () => {
  const described = listDescribedVersions(
    readFileSync(join(import.meta.dirname, '../../shared/classroom/version.ts'), 'utf8'),
  )
  expect(described).toEqual(Array.from({ length: CLASSROOM_VERSION }, (_, index) => index + 1))
  expect(Object.keys(FINGERPRINTS).map(Number)).toEqual(described)
})

test('a sentence may be said better, a limit or a code may not change under the same version', () => {
  const fingerprint = (changes: Partial<typeof FILES>, table: Record<string, { status: number; retry: boolean }>) =>
    fingerprintOf(outlineContract({ ...FILES, ...changes }, table))
  const { CLASSROOM_ERRORS: table } = errors
  const now = fingerprint({}, table)
  const reworded = { ...table, closed: { ...table.closed, sentence: 'It is over.' } }
  const retried = { ...table, closed: { ...table.closed, retry: true } }
  const withErrors = (changed: typeof table) =>
    fingerprint({ errors: { ...errors, CLASSROOM_ERRORS: changed } }, changed)
  expect(withErrors(reworded as typeof table)).toBe(now)
  expect(withErrors(retried as unknown as typeof table)).not.toBe(now)
  expect(fingerprint({ limits: { ...limits, QUESTIONS_MAX: 4_999 as typeof limits.QUESTIONS_MAX } }, table)).not.toBe(
    now,
  )
})
