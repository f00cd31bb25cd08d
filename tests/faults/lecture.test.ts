import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StudentCommand } from '../../shared/classroom/commands.ts'
import type { QuestionRow } from '../../shared/classroom/rows.ts'
import { createBackend, type Backend } from '../support/backend.ts'
import { startServer, type RunningServer } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'
import {
  act,
  createClassroom,
  createWire,
  hashReceipt,
  pullRows,
  register,
  sendAsStudent,
  type Account,
} from './class.ts'
import { createPupil, type Pupil } from './pupil.ts'

/*
 * Three hundred students in one classroom, over two server processes, one MariaDB and one Redis. Bursts
 * of fifty questions in ten seconds, votes from everywhere, a Wi-Fi that drops some of them all the time.
 */

const STUDENTS = 300
const BURSTS = 2
const QUESTIONS = 50
const BURST_MS = 10_000

let backend: Backend
let servers: RunningServer[]
let teacher: Account
let pupils: Pupil[]
const errors: unknown[] = []

beforeAll(async () => {
  backend = await createBackend()
  const { databaseUrl, redisUrl } = backend
  if (databaseUrl === undefined || redisUrl === undefined) throw new Error('this needs MariaDB and Redis')
  servers = [await startServer({ databaseUrl, redisUrl }), await startServer({ databaseUrl, redisUrl })]
  teacher = await register(servers[0]?.url ?? '', 'dr.keller')
})
afterAll(async () => {
  for (const pupil of pupils) pupil.stop()
  teacher.close()
  for (const server of servers) await server.dispose()
  await backend.dispose()
})

test('300 students, bursts of 50 questions in 10 seconds: everybody ends with the same rows', async () => {
  const urls = servers.map(({ url }) => url)
  const [one = ''] = urls
  const anyUrl = () => urls[Math.floor(Math.random() * urls.length)] ?? one
  const { id } = await createClassroom(one, teacher)
  pupils = Array.from({ length: STUDENTS }, () => createPupil(anyUrl(), id, (error) => errors.push(error)))
  const wire = createWire()
  const attempt = (command: StudentCommand) => sendAsStudent(anyUrl(), id, wire, command)
  // A connection that was idle is closed by the server, perhaps just as a command goes out on it: as the app does, it is
  // sent again, and done once.
  const send = (command: StudentCommand) => attempt(command).catch(() => attempt(command))

  const dropping = setInterval(() => {
    const pupil = pupils[Math.floor(Math.random() * pupils.length)]
    pupil?.breakOff(anyUrl())
  }, 100)
  const asked: string[] = []
  const voted = new Map<string, number>()
  try {
    for (let burst = 0; burst < BURSTS; burst++) {
      const startedAt = performance.now()
      const before = [...asked]
      await Promise.all(
        Array.from({ length: QUESTIONS }, async (_, place) => {
          const due = startedAt + (place / QUESTIONS) * BURST_MS
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
          const command = { id: randomUUID(), receiptHash: hashReceipt(randomBytes(32).toString('base64url')) }
          const question = { type: 'question.ask', text: `Question ${burst}.${place}`, name: null, ...command } as const
          const answer = await send(question)
          expect(answer.status, answer.text).toBe(200)
          asked.push(command.id)
          // What somebody asked in the burst before is voted for.
          const questionId = before[place]
          if (questionId === undefined) return
          const receiptHash = hashReceipt(randomBytes(32).toString('base64url'))
          const vote = { type: 'vote.cast', id: randomUUID(), questionId, receiptHash } as const
          expect((await send(vote)).status).toBe(200)
          voted.set(questionId, (voted.get(questionId) ?? 0) + 1)
        }),
      )
      const [first = '', second = ''] = asked.slice(burst * QUESTIONS)
      await act(one, teacher, id, { type: 'question.merge', questionId: second, into: first })
    }
  } finally {
    clearInterval(dropping)
  }

  const rows = await pullRows(one, id, wire)
  const questions = rows.filter((row): row is QuestionRow => row.type === 'question')
  expect(questions.map((row) => row.n).sort((a, b) => a - b)).toEqual(
    Array.from({ length: BURSTS * QUESTIONS }, (_, index) => index + 1),
  )
  expect(new Set(questions.map((row) => row.id))).toEqual(new Set(asked))
  const votes = [...voted.values()].reduce((sum, count) => sum + count, 0)
  expect(votes).toBe((BURSTS - 1) * QUESTIONS)

  const expected = JSON.stringify(sorted(rows))
  for (const [index, pupil] of pupils.entries()) {
    await waitFor(`student ${index} to hold what the log holds`, () =>
      JSON.stringify(sorted([...pupil.rows().values()])) === expected ? true : undefined,
    )
  }
  expect(errors).toEqual([])
}, 180_000)

function sorted<Row extends { seq: number }>(rows: readonly Row[]): Row[] {
  return [...rows].sort((one, other) => one.seq - other.seq)
}
