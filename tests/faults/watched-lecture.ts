import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { uuidv7 } from 'uuidv7'
import type { Store } from '../../server/store/store.ts'
import type { ClassroomLogRow } from '../../shared/classroom/rows.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { ServerProcess } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'
import {
  act,
  ask,
  METRICS_TOKEN,
  createClassroom,
  createWire,
  enter,
  pullCampus,
  pullRows,
  register,
  type Account,
  type Asked,
  type Asker,
} from './class.ts'
import { listOtherFiles } from './data-folder.ts'
import { dumpDatabase, type Records } from './database-dump.ts'

/** A lecture in which students with an account and strangers take part, and all that anybody could see or find of it. */
export interface Lecture {
  classroomId: string
  teacher: Account
  classmate: Account
  /** Accounts with a socket that ask nothing. */
  idle: Account[]
  askers: Asker[]
  /** The questions of each asker, two each. */
  questions: Map<Asker, string[]>
  /** What each asker sent of a photo, and the question that it is of. */
  photos: Map<Asker, SentPhoto>
  /** One of them sent the same photo once more. */
  again: { asker: Asker; questionId: string }
  before: Map<string, Records>
  after: Map<string, Records>
  /** The names of the files in the server's folder that are no database, before there was a photo. */
  filesBefore: string[]
  /** What a classmate is told by each route of the campus, before and after. */
  campus: { before: string[]; after: string[] }
  /** Everything under the classroom's path that anybody was answered, and what its sockets told. */
  answers: string
  accountFrames: string
  bus: string
  log: string
  rows: ClassroomLogRow[]
  headers: string
}

export interface SentPhoto extends Asked {
  bytes: Buffer
  /** What its camera wrote into it, of which each owner has their own. */
  camera: string
}

/** How many have an account, and how many have none: few enough that not everything they do costs a proof of work. */
export const ASKERS_PER_KIND = 6

/** Holds it, and writes down what it left; `heard` is what the bus carries meanwhile. */
export async function holdLecture(server: ServerProcess, store: Store, heard: string[]): Promise<Lecture> {
  const { url } = server
  const teacher = await register(url, 'dr.keller')
  const classmate = await register(url, 'classmate')
  const accounts: Account[] = []
  const idle: Account[] = [classmate]
  for (let n = 0; n < ASKERS_PER_KIND; n++) {
    if (n % 4 === 0) idle.push(await register(url, `idle-${n}`))
    accounts.push(await register(url, `student-${n}-${randomUUID().slice(0, 4)}`))
  }
  const { id: classroomId } = await createClassroom(url, teacher, { photos: 'shown' })
  const pollId = await act(url, teacher, classroomId, {
    type: 'poll.create',
    kind: 'one',
    question: 'Clear so far?',
    options: ['Yes', 'No'],
    results: 'live',
  })

  const askers: Asker[] = []
  for (const account of accounts) askers.push(await enter(url, classroomId, account))
  for (let n = 0; n < ASKERS_PER_KIND; n++) askers.push(await enter(url, classroomId))

  const campusRoutes = ['/api/me', '/api/pull?log=campus&epoch=&cursor=0', '/api/sessions', '/api/classrooms']
  const lookAround = async () => {
    const answers: string[] = []
    for (const path of campusRoutes) {
      answers.push(
        (await ask(url, path, classmate, { cookie: classmate.cookie })).text.replaceAll(
          /"(lastSeenAt|lastSyncAt|upToDate)":\w+/g,
          '',
        ),
      )
    }
    return answers
  }
  await settle(url, accounts.concat(teacher, idle))
  const before = await dumpDatabase(store)
  const filesBefore = listOtherFiles(server.dataDir)
  const campusBefore = await lookAround()
  const framesBefore = accounts.concat(teacher, idle).map((account) => account.frames.length)

  const questions = new Map<Asker, string[]>()
  const receipts = new Map<string, string>()
  // In an order of their own, so that who asks next to whom means nothing.
  await eachAtOnce(askers, 8, async (asker) => {
    const first = await asker.ask('Why is it so, before it was edited')
    const second = await asker.ask(`Why is it so, and ${randomUUID().slice(0, 8)}?`)
    questions.set(asker, [first.id, second.id])
    receipts.set(first.id, first.receipt).set(second.id, second.receipt)
  })
  const photos = new Map<Asker, SentPhoto>()
  await eachAtOnce(askers, 2, async (asker) => {
    const camera = `Camera ${randomUUID()}`
    const bytes = await takePhoto(camera)
    photos.set(asker, { bytes, camera, ...(await asker.askWithPhoto('Why is it so on this sheet?', bytes)) })
  })
  const [twice] = askers
  if (twice === undefined) throw new Error('nobody asks')
  const again = await twice.askWithPhoto('Why is it so, once more?', photos.get(twice)?.bytes ?? Buffer.alloc(0))
  const all = [...questions.values()]
  await eachAtOnce(askers, 8, async (asker) => {
    const place = askers.indexOf(asker)
    const [first = '', second = ''] = questions.get(asker) ?? []
    const other = all[(place + 7) % all.length]?.[0] ?? ''
    expectTaken(await asker.vote(other))
    expectTaken(
      await asker.do({
        type: 'question.edit',
        id: randomUUID(),
        questionId: first,
        receipt: receipts.get(first) ?? '',
        text: `Why is it so, said better ${place}?`,
      }),
    )
    const reply = randomUUID()
    asker.made.push(reply)
    expectTaken(
      await asker.do({
        type: 'reply.follow-up',
        id: reply,
        questionId: second,
        receipt: receipts.get(second) ?? '',
        text: `And besides, ${place}`,
      }),
    )
    expectTaken(await asker.answer(pollId, [place % 2]))
  })

  const after = await dumpDatabase(store)
  const campusAfter = await lookAround()
  const stranger = createWire()
  const rows = await pullRows(url, classroomId, stranger)
  const answered: { text: string; headers: string }[] = []
  const public_ = [
    `/q/api/${classroomId}/pull?epoch=&cursor=0`,
    `/q/api/${classroomId}/stored`,
    `/q/${classroomId}`,
    `/q/${classroomId}/screen`,
    '/q/api/nothing',
  ]
  for (const { id } of photos.values()) public_.push(`/q/api/${classroomId}/questions/${id}/photo/whole`)
  for (const wire of [stranger, classmate, teacher]) {
    for (const path of public_) answered.push(await ask(url, path, wire))
  }
  for (const account of [classmate, teacher]) {
    const path = `/api/classrooms/${classroomId}/pull?epoch=&cursor=0`
    answered.push(await ask(url, path, account, { cookie: account.cookie }))
    answered.push(await ask(url, '/api/classrooms', account, { cookie: account.cookie }))
  }
  answered.push(await ask(url, '/api/health', stranger))
  const metrics = await ask(url, '/metrics', stranger, { authorization: `Bearer ${METRICS_TOKEN}` })
  if (!metrics.text.includes('chatbox_classroom_requests_total')) throw new Error('there are no metrics to search')
  answered.push(metrics)
  await waitFor('the rows on the sockets', () => (askers.every(({ frames }) => frames.length > 1) ? true : undefined))
  const everybody = accounts.concat(teacher, idle)
  const accountFrames = everybody
    .flatMap(({ frames }, index) => frames.slice(framesBefore[index]))
    .filter((frame) => !frame.startsWith('{"type":"ping"'))
    .join('\n')
  // They were silent for want of news, and not because they hear nothing.
  const greeting = {
    ...{ type: 'message.send', id: uuidv7(), conversationId: EVERYONE_ID },
    text: 'Hello',
    writtenAt: 1,
  }
  await ask(url, '/api/commands', classmate, { cookie: classmate.cookie, body: { commands: [greeting] } })
  for (const { frames, handle } of everybody) {
    await waitFor(`the greeting at ${handle}`, () => frames.some((frame) => frame.includes(greeting.id)) || undefined)
  }
  return {
    classroomId,
    teacher,
    classmate,
    idle,
    askers,
    questions,
    photos,
    again: { asker: twice, questionId: again.id },
    filesBefore,
    before,
    after,
    campus: { before: campusBefore, after: campusAfter },
    answers: [...answered.map(({ text }) => text), ...askers.flatMap(({ frames }) => frames)].join('\n'),
    headers: answered.map(({ headers }) => headers).join('\n'),
    accountFrames,
    bus: heard.join('\n'),
    log: server.output(),
    rows,
  }
}

/** A photo as a camera takes it: no two are alike, it says more than is to be seen, and is larger than what is drawn of any. */
async function takePhoto(camera: string): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const
  return sharp({ create: { width: 400, height: 300, channels: 3, background: '#888', noise } })
    .withExif({ IFD0: { Make: camera, Copyright: camera }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><owner>${camera}</owner></x:xmpmeta>`)
    .jpeg({ quality: 100 })
    .toBuffer()
}

/** Waits until the accounts' sockets, all of them live, have been told all that registering brought. */
async function settle(url: string, accounts: readonly Account[]): Promise<void> {
  const [one] = accounts
  if (one === undefined) throw new Error('nobody registered')
  const { to: head } = await pullCampus(url, one, one.cookie)
  for (const account of accounts) {
    await waitFor(
      `${account.handle} to be live at ${head}`,
      () => (isLive(account) && account.cursor() >= head) || undefined,
    )
  }
}

function isLive({ frames }: Account): boolean {
  return frames.some((frame) => frame.startsWith('{"type":"live"'))
}

async function eachAtOnce<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items].sort(() => Math.random() - 0.5)
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item)
    }),
  )
}

export function expectTaken({ status, text }: { status: number; text: string }): void {
  if (status !== 200) throw new Error(`not taken: ${text}`)
}
