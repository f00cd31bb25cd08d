import { expect, test } from 'vitest'
import type { Certificate } from '../../../server/https/certificate.ts'
import { keepCertificate } from '../../../server/https/keep-certificate.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const DAY = 24 * 60 * 60_000

/** An authority of which is known how often it was asked, and what it answers. */
function open(kept?: Pick<Certificate, 'notBefore' | 'notAfter'>) {
  const clock = createFakeClock()
  const begin = clock.now()
  const answers = { isAway: false, given: 0, beginsAt: undefined as number | undefined }
  const renewed: string[] = []
  const errors: unknown[] = []
  const toCertificate = (chain: string, from: number): Certificate => ({
    ...{ key: '', chain, notBefore: from, notAfter: from + 90 * DAY },
  })
  return {
    ...{ clock, begin, answers, renewed, errors },
    start: () =>
      keepCertificate({
        ...{ name: 'chat.example.edu', clock, chance: () => 0 },
        folder: {
          find: () =>
            kept && {
              ...toCertificate('kept', begin),
              notBefore: begin + kept.notBefore,
              notAfter: begin + kept.notAfter,
            },
        },
        async obtain() {
          if (answers.isAway) throw new Error('the authority is away')
          answers.given += 1
          return toCertificate(`given ${answers.given}`, answers.beginsAt ?? clock.now())
        },
        onRenewed: ({ chain }) => renewed.push(chain),
        onError: (error) => errors.push(error),
      }),
  }
}

/** What was asked for is there in a later turn. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

async function pass(clock: ReturnType<typeof createFakeClock>, ms: number): Promise<void> {
  // As far as the next timer may go at once.
  for (let left = ms; left > 0; left -= DAY) {
    clock.advance(Math.min(left, DAY))
    await settle()
  }
}

test('the first one is waited for, and renewed in its time, again and again', async () => {
  const { clock, start, renewed, answers } = open()
  const certificate = await start()
  expect(certificate.current.chain).toBe('given 1')
  await pass(clock, 59 * DAY)
  expect(answers.given).toBe(1)
  await pass(clock, 2 * DAY)
  expect([certificate.current.chain, renewed]).toEqual(['given 2', ['given 2']])
  await pass(clock, 61 * DAY)
  expect(certificate.current.chain).toBe('given 3')
  certificate.stop()
  expect(clock.waiting()).toBe(0)
})

test('one that is kept is served at once, and none is asked for', async () => {
  const { start, answers } = open({ notBefore: -DAY, notAfter: 89 * DAY })
  const certificate = await start()
  expect([certificate.current.chain, answers.given]).toEqual(['kept', 0])
  certificate.stop()
})

test('one that is due is served while another one is asked for, one that ran out is not', async () => {
  const due = open({ notBefore: -80 * DAY, notAfter: 10 * DAY })
  const certificate = await due.start()
  expect(certificate.current.chain).toBe('kept')
  await pass(due.clock, 1)
  expect(certificate.current.chain).toBe('given 1')
  certificate.stop()
  const over = open({ notBefore: -91 * DAY, notAfter: -DAY })
  const other = await over.start()
  expect(other.current.chain).toBe('given 1')
  other.stop()
})

test('while it cannot be renewed the old one stays, each failure is told, and the first success ends it', async () => {
  const { clock, start, answers, errors, renewed, begin } = open()
  const certificate = await start()
  answers.isAway = true
  await pass(clock, 60 * DAY)
  expect([certificate.current.chain, certificate.failures]).toEqual(['given 1', 1])
  expect(String(errors[0])).toContain(`it holds until ${new Date(begin + 90 * DAY).toISOString()}`)
  for (const minutes of [1, 2, 4]) {
    clock.advance(minutes * 60_000 - 1)
    await settle()
    const before = errors.length
    clock.advance(1)
    await settle()
    expect(errors.length).toBe(before + 1)
  }
  expect([certificate.failures, renewed]).toEqual([4, []])
  answers.isAway = false
  await pass(clock, DAY)
  expect([certificate.current.chain, certificate.failures]).toEqual(['given 2', 0])
  certificate.stop()
})

test('a clock that runs far ahead of the authority’s asks no oftener than in each tenth of a life', async () => {
  const { clock, start, answers, begin } = open()
  answers.beginsAt = begin - 80 * DAY
  const certificate = await start()
  await pass(clock, 8 * DAY)
  expect(answers.given).toBe(1)
  await pass(clock, 2 * DAY)
  expect(answers.given).toBe(2)
  certificate.stop()
})

test('without any there is no start, with a sentence that says what has to be so', async () => {
  const { start, answers, clock } = open()
  answers.isAway = true
  await expect(start()).rejects.toThrow(
    'There is no certificate for chat.example.edu (the authority is away). The name has to lead to this machine, and its port 80 has to be reached from outside.',
  )
  expect(clock.waiting()).toBe(0)
})
