import { type Challenge, solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2'
import { randomBytes } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { createCodeGuesses } from '../../../server/classroom/code-guesses.ts'
import { createClassroomCode, createClassroomId } from '../../../server/classroom/codes.ts'
import { type Admission, type ClassroomLimits, createClassroomLimits } from '../../../server/classroom/limits.ts'
import * as v from 'valibot'
import { classroomCode, classroomId } from '../../../shared/classroom/fields.ts'
import { CODE_GUESSES_PER_MINUTE, FREE_COMMANDS, FREE_COMMANDS_WINDOW_MS } from '../../../shared/classroom/limits.ts'

let now: number
let limits: ClassroomLimits
beforeEach(() => {
  now = Date.now()
  limits = createClassroomLimits(() => now)
})

const room = (slowSeconds = 0) => ({
  id: createClassroomId(),
  slow_seconds: slowSeconds,
  challenge_key: randomBytes(32).toString('base64url'),
})
type Room = ReturnType<typeof room>
const ask = { type: 'question.ask' } as const
const vote = { type: 'vote.cast' } as const
const codeOf = (admission: Admission) => (admission.kind === 'limited' ? admission.refusal.code : 'admitted')

async function fill(one: Room): Promise<void> {
  for (let count = 0; count < FREE_COMMANDS; count += 1) await limits.admit(one, vote, undefined)
}

/** Works as a browser does, with WebCrypto. */
async function workFor(one: Room): Promise<string> {
  const admission = await limits.admit(one, vote, undefined)
  if (admission.kind !== 'limited') throw new Error('no work is asked for')
  const challenge = admission.challenge as Challenge
  const solution = await solveChallenge({ challenge, deriveKey })
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64')
}

test('past the free commands of a window each costs work, and in the next window none does', async () => {
  const one = room()
  for (let count = 0; count < FREE_COMMANDS; count += 1) {
    expect(codeOf(await limits.admit(one, vote, undefined))).toBe('admitted')
  }
  expect(codeOf(await limits.admit(one, vote, undefined))).toBe('work_needed')
  expect(codeOf(await limits.admit(room(), vote, undefined))).toBe('admitted')
  now += FREE_COMMANDS_WINDOW_MS
  expect(codeOf(await limits.admit(one, vote, undefined))).toBe('admitted')
})

test('the work of a browser is taken once', async () => {
  const one = room()
  await fill(one)
  const work = await workFor(one)
  expect(codeOf(await limits.admit(one, vote, work))).toBe('admitted')
  expect(codeOf(await limits.admit(one, vote, work))).toBe('work_needed')
})

test('the same work sent twice at once is taken once', async () => {
  const one = room()
  await fill(one)
  const work = await workFor(one)
  const codes = (await Promise.all([1, 2, 3].map(() => limits.admit(one, vote, work)))).map(codeOf)
  expect(codes.sort()).toEqual(['admitted', 'work_needed', 'work_needed'])
})

test('the work of another classroom, old work, and what is none are not taken', async () => {
  const [one, other] = [room(), room()]
  await fill(one)
  await fill(other)
  const work = await workFor(one)
  expect(codeOf(await limits.admit(other, vote, work))).toBe('work_needed')
  const parsed = JSON.parse(Buffer.from(work, 'base64').toString()) as {
    challenge: Challenge
    solution: { counter: number; derivedKey: string }
  }
  const { challenge, solution } = parsed
  const wrong: unknown[] = [
    'x',
    null,
    {},
    { challenge },
    { challenge, solution: { ...solution, derivedKey: '00'.repeat(32) } },
    { challenge, solution: { ...solution, derivedKey: 'not hex' } },
    { challenge: { ...challenge, parameters: { ...challenge.parameters, keyPrefix: '00' } }, solution },
    { challenge: { ...challenge, parameters: { ...challenge.parameters, cost: 1 } }, solution },
    { challenge: { ...challenge, signature: '' }, solution },
    { challenge: { parameters: challenge.parameters }, solution },
  ]
  for (const payload of wrong) {
    const encoded = Buffer.from(JSON.stringify(payload)).toString('base64')
    expect(codeOf(await limits.admit(one, vote, encoded)), JSON.stringify(payload)).toBe('work_needed')
  }
  expect(codeOf(await limits.admit(one, vote, '%%%'))).toBe('work_needed')
  now += 5 * 60_000
  await fill(one)
  expect(codeOf(await limits.admit(one, vote, work))).toBe('work_needed')
})

test('another process takes the work too, for the challenge is signed with the classroom’s key', async () => {
  const one = room()
  await fill(one)
  const work = await workFor(one)
  const elsewhere = limits
  limits = createClassroomLimits(() => now)
  await fill(one)
  expect(codeOf(await limits.admit(one, vote, work))).toBe('admitted')
  expect(codeOf(await elsewhere.admit(one, vote, work))).toBe('admitted')
})

test('in slow mode the room takes one question at a time, and says when the next', async () => {
  const one = room(30)
  expect(codeOf(await limits.admit(one, ask, undefined))).toBe('admitted')
  now += 10_000
  expect(await limits.admit(one, ask, undefined)).toMatchObject({
    kind: 'limited',
    refusal: { code: 'slow_mode' },
    retryAfterMs: 20_000,
  })
  expect(codeOf(await limits.admit(one, vote, undefined))).toBe('admitted')
  expect(codeOf(await limits.admit(room(30), ask, undefined))).toBe('admitted')
  now += 20_000
  expect(codeOf(await limits.admit(one, ask, undefined))).toBe('admitted')
})

test('of two questions at once slow mode takes one, also where both bring work', async () => {
  const one = room(30)
  await fill(one)
  const works = [await workFor(one), await workFor(one)]
  const codes = (await Promise.all(works.map((work) => limits.admit(one, ask, work)))).map(codeOf)
  expect(codes.sort()).toEqual(['admitted', 'slow_mode'])
})

test('a question of which nothing came leaves its turn to the next', async () => {
  const one = room(30)
  const first = await limits.admit(one, ask, undefined)
  if (first.kind !== 'admitted') throw new Error('not admitted')
  first.refused()
  expect(codeOf(await limits.admit(one, ask, undefined))).toBe('admitted')
  first.refused()
  now += 1_000
  const third = await limits.admit(one, ask, undefined)
  expect(third).toMatchObject({ kind: 'limited', retryAfterMs: 29_000 })
})

test('waiting for one’s turn uses up none of the free commands', async () => {
  const one = room(30)
  await limits.admit(one, ask, undefined)
  for (let count = 0; count < FREE_COMMANDS; count += 1) await limits.admit(one, ask, undefined)
  expect(codeOf(await limits.admit(one, vote, undefined))).toBe('admitted')
})

test('an address guesses so many codes a minute, right ones aside, and another one goes on', () => {
  const guesses = createCodeGuesses(() => now)
  for (let count = 0; count < CODE_GUESSES_PER_MINUTE; count += 1) {
    expect(guesses.take('192.0.2.1')).toBeUndefined()
    expect(guesses.take('192.0.2.2')).toBeUndefined()
    guesses.giveBack('192.0.2.2')
  }
  now += 15_000
  expect(guesses.take('192.0.2.1')).toEqual({ retryAfterMs: 45_000 })
  expect(guesses.take('192.0.2.2')).toBeUndefined()
  now += 45_000
  expect(guesses.take('192.0.2.1')).toBeUndefined()
})

test('ids and codes are in their form, and hold every character', () => {
  const ids = Array.from({ length: 500 }, createClassroomId)
  const codes = Array.from({ length: 500 }, createClassroomCode)
  for (const id of ids) v.parse(classroomId, id)
  for (const code of codes) v.parse(classroomCode, code)
  expect(new Set(ids.join('')).size).toBe(32)
  expect(new Set(codes.join('')).size).toBe(31)
  expect(new Set([...ids, ...codes]).size).toBe(1_000)
})
