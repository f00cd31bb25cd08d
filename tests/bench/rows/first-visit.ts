import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { CreateClassroomBody } from '../../../shared/classroom/http.ts'
import { createHttpClient, type HttpClient } from '../http.ts'
import type { Lab } from '../lab.ts'
import { oursAtLeast, oursAtMost, type Quantities, type Row } from '../row.ts'
import { startChatbox } from '../stand.ts'
import { createTexts } from '../texts.ts'

const QUESTIONS = 8

const [ours, rival] = ['classroom', 'app']
const figure = (what: string, unit: string, quantity: string) => ({ what, unit, quantity, ours, rival })

export const row: Row = {
  measures: `The first visit to a classroom with ${QUESTIONS} questions on a phone, as Lighthouse measures it.`,
  sides: {
    [ours]: { what: '/q/…' },
    [rival]: { what: 'the page of the app', lacks: 'anything but a form to sign in' },
  },
  figures: [
    { ...figure('score', '', 'score'), reach: oursAtLeast(95) },
    { ...figure('blocked', 'ms', 'blocked ms'), reach: oursAtMost(150) },
    { ...figure('shift', '', 'shift'), reach: oursAtMost(0.02) },
  ],
  async begin(lab) {
    const { server, seeded, stop } = await startChatbox({ lab, people: 2 })
    const client = createHttpClient(server.port, seeded.people[0]?.cookie ?? '')
    const path = await makeClassroom(client)
    client.close()
    return {
      sides: {
        [ours]: () => visit(lab, `${server.url}${path}`),
        [rival]: () => visit(lab, `${server.url}/`),
      },
      end: stop,
    }
  },
}

/** Answers with its path. */
async function makeClassroom(client: HttpClient): Promise<string> {
  const body: CreateClassroomBody = {
    ...{ title: 'Analysis I', mode: 'open', groupId: null, answers: 'staff', names: false, photos: 'off' },
    ...{ slowSeconds: 0, words: [], opensAt: null, endsAt: null, threadsUntil: null },
  }
  const made = await client.ask('/api/classrooms', { method: 'POST', body })
  if (made.status !== 200) throw new Error(`no classroom was made: ${JSON.stringify(made.content)}`)
  const { id } = made.content as { id: string }
  const draw = createTexts(QUESTIONS)
  for (let asked = 0; asked < QUESTIONS; asked += 1) {
    const text = draw()
    const receiptHash = createHash('sha256').update(text).digest('base64url')
    const command = { type: 'question.ask', id: randomUUID(), text, name: null, receiptHash }
    const answer = await client.ask(`/q/api/${id}/commands`, { method: 'POST', body: { command } })
    if (answer.status !== 200) throw new Error(`a question was answered with ${answer.status}`)
  }
  return `/q/${id}`
}

interface Visited {
  error: string | null
  url: string
  score: number
  largestPaintMs: number
  blockedMs: number
  shift: number
  requests: number
}

async function visit(lab: Lab, url: string): Promise<Quantities> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(lab.rivals(), 'lighthouse.mjs'), url])
  const visited = JSON.parse(stdout) as Visited
  if (visited.error !== null || !visited.url.startsWith(url)) throw new Error(`Lighthouse saw no page: ${stdout}`)
  return {
    ...{ score: visited.score * 100, 'blocked ms': visited.blockedMs, shift: visited.shift },
    ...{ 'largest paint ms': visited.largestPaintMs, requests: visited.requests },
  }
}
