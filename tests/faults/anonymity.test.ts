import { Redis } from 'ioredis'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openMysql } from '../../server/store/mysql.ts'
import { openSqlite } from '../../server/store/sqlite.ts'
import type { Store } from '../../server/store/store.ts'
import { SEEN_STEP_MS } from '../../server/accounts/session-life.ts'
import { TIME_STEP_MS } from '../../shared/classroom/limits.ts'
import { CLASSROOM_HEADER, CLASSROOM_VERSION } from '../../shared/classroom/version.ts'
import type { QuestionRow } from '../../shared/classroom/rows.ts'
import { SHORT_HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import { createBackend, type Backend } from '../support/backend.ts'
import { startServer, type ServerProcess } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'
import { act, type Asker, METRICS_TOKEN } from './class.ts'
import { listOtherFiles, readFolder } from './data-folder.ts'
import { CLASSROOM_TABLES, dumpDatabase, ofCampus, PHOTO_TABLES } from './database-dump.ts'
import { listTelltales } from './telltales.ts'
import { ASKERS_PER_KIND, expectTaken, holdLecture, type Lecture, type SentPhoto } from './watched-lecture.ts'

/*
 * Students with an account and as many strangers ask, vote, edit and follow up in a classroom of a
 * real server. Then somebody who has everything, the database, the bus, the log and every answer of
 * every route, looks for who it was. Each of the other tests is named after what gave somebody away
 * elsewhere.
 */

test('the proxy of the documentation writes down nothing of what comes to a classroom', () => {
  const file = readFileSync(join(import.meta.dirname, '../../docs/operations/nginx.conf'), 'utf8')
  const location = /location ~ \^\/\(\?:q.*? \{(.*?)\}/s.exec(file)?.[1] ?? ''
  const directives = location.split(';').map((line) => line.trim().split(/\s+/).join(' '))
  expect(directives).toEqual(['proxy_pass http://chatbox', 'access_log off', 'error_log /dev/null crit', ''])
  // A header that a location sets takes away all that the server sets.
  expect(file.slice(0, file.indexOf('location'))).toContain('proxy_set_header X-Forwarded-For')
})

const VERSION_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const settings = [
  { name: 'one process with SQLite', distributed: false },
  { name: 'MariaDB and Redis', distributed: true },
]

describe.each(settings)('with $name', ({ distributed }) => {
  let backend: Backend
  let server: ServerProcess
  let store: Store
  let spy: Redis | undefined
  let lecture: Lecture

  beforeAll(async () => {
    backend = await createBackend()
    const { databaseUrl, redisUrl } = backend
    if (databaseUrl === undefined || redisUrl === undefined) throw new Error('this needs MariaDB and Redis')
    const scraped = { settings: { METRICS_TOKEN } }
    server = await startServer(distributed ? { ...scraped, databaseUrl, redisUrl } : scraped)
    store = distributed ? openMysql(databaseUrl) : openSqlite(server.dataDir)
    const heard: string[] = []
    if (distributed) {
      spy = new Redis(redisUrl)
      await spy.psubscribe('*')
      spy.on('pmessage', (_: string, channel: string, text: string) => heard.push(`${channel} ${text}`))
    }
    lecture = await holdLecture(server, store, heard)
  }, 180_000)
  afterAll(async () => {
    for (const { account, close } of lecture.askers) {
      close()
      account?.close()
    }
    lecture.teacher.close()
    for (const account of lecture.idle) account.close()
    spy?.disconnect()
    await store.close()
    await server.dispose()
    await backend.dispose()
  })

  function photoOf(asker: Asker): SentPhoto {
    const photo = lecture.photos.get(asker)
    if (photo === undefined) throw new Error('everybody sends a photo')
    return photo
  }

  const photoPath = (questionId: string, variant = 'whole') =>
    `/q/api/${lecture.classroomId}/questions/${questionId}/photo/${variant}`

  async function lookAt(questionId: string, variant = 'whole') {
    const answer = await fetch(server.url + photoPath(questionId, variant), {
      headers: { [CLASSROOM_HEADER]: String(CLASSROOM_VERSION) },
    })
    const { status, headers } = answer
    return { status, headers, content: Buffer.from(await answer.arrayBuffer()) }
  }

  /** Nothing where the database is elsewhere. */
  const readDisk = () => (distributed ? '' : readFolder(server.dataDir))

  function expectNobodyIn(text: string): void {
    const found = lecture.askers
      .flatMap((asker) => listTelltales(asker, photoOf(asker)))
      .filter((telltale) => text.includes(telltale))
    expect(found).toEqual([])
  }

  test('everything that was asked, voted and said has arrived', () => {
    const { rows, askers } = lecture
    const questions = rows.filter((row): row is QuestionRow => row.type === 'question')
    expect(questions).toHaveLength(askers.length * 3 + 1)
    expect(questions.filter((row) => row.photo !== null && row.photo !== undefined)).toHaveLength(askers.length + 1)
    expect(questions.filter((row) => row.edited)).toHaveLength(askers.length)
    expect(rows.filter((row) => row.type === 'reply' && row.by === 'asker')).toHaveLength(askers.length)
    expect(questions.reduce((sum, row) => sum + row.votes, 0)).toBe(askers.length)
    expect(rows.find((row) => row.type === 'poll')).toMatchObject({ answers: askers.length })
  })

  test('nobody is found in the tables of classrooms', () => {
    const tables = [...CLASSROOM_TABLES, ...PHOTO_TABLES, 'classroom', 'student_command'].map((name) =>
      lecture.after.get(name),
    )
    expect(tables.every((records) => records !== undefined)).toBe(true)
    expectNobodyIn(JSON.stringify(tables))
  })

  test('no address, browser or receipt is found anywhere in the database', () => {
    const all = JSON.stringify([...lecture.after])
    const bytes = readDisk()
    for (const { wire, receipts } of lecture.askers) {
      for (const telltale of [wire.address, wire.browser, ...receipts]) {
        expect(all.includes(telltale), telltale).toBe(false)
        expect(bytes.includes(telltale), `${telltale} in a file`).toBe(false)
      }
    }
  })

  test('what was edited is gone from every file, and what is asked stands in none beside times of the campus', async () => {
    if (distributed) return
    const read = (name: string) => readFileSync(join(server.dataDir, name), 'latin1')
    const files = readdirSync(server.dataDir).filter((name) => name.includes('.sqlite'))
    await waitFor('the earlier texts to be gone from the disk', () =>
      files.some((name) => read(name).includes('before it was edited')) ? undefined : true,
    )
    const ofCampus = files.filter((name) => name.startsWith('chatbox'))
    expect(ofCampus).toContain('chatbox.sqlite')
    expect(files.some((name) => name.startsWith('classrooms') && read(name).includes('Why is it so'))).toBe(true)
    const ids = lecture.askers.flatMap(({ made }) => made)
    for (const name of ofCampus) {
      const bytes = read(name)
      expect(bytes).not.toContain('Why is it so')
      expect(ids.filter((id) => bytes.includes(id))).toEqual([])
    }
  })

  test('no session says more finely than in five minutes when it was last there', () => {
    const sessions = lecture.after.get('session') ?? []
    expect(sessions.length).toBeGreaterThan(lecture.askers.length / 2)
    const finer = sessions.flatMap(({ last_seen_at }) =>
      last_seen_at === null || Number(last_seen_at) % SEEN_STEP_MS === 0 ? [] : [last_seen_at],
    )
    expect(finer).toEqual([])
  })

  test('nobody’s question is dated by what staff have read: it keeps no command', async () => {
    const { teacher, classroomId } = lecture
    const before = (await dumpDatabase(store)).get('command')?.length
    await act(server.url, teacher, classroomId, { type: 'staff.read', n: 1 })
    expect((await dumpDatabase(store)).get('command')?.length).toBe(before)
  })

  test('nobody is found in what the bus says', () => {
    expect(lecture.bus.includes(lecture.classroomId)).toBe(distributed)
    const ofClassroom = lecture.bus.split('\n').filter((line) => line.includes(lecture.classroomId))
    expectNobodyIn(ofClassroom.join('\n'))
    const texts = ofClassroom.filter((line) => line.includes('Why is it so'))
    expect(texts).toEqual([])
  })

  test('nobody, and nothing that they wrote, is found in the server’s log', () => {
    expectNobodyIn(lecture.log)
    expect(lecture.log).not.toContain('Why is it so')
  })

  test('nobody is found in any answer under the classroom’s path, whoever asks', () => {
    expect(lecture.answers).toContain('Why is it so')
    expectNobodyIn(lecture.answers)
  })

  test('no answer under the classroom’s path sets a cookie or lets anything come from elsewhere', () => {
    expect(lecture.headers).toContain("default-src 'self'")
    expect(lecture.headers.toLowerCase()).not.toContain('set-cookie')
  })

  test('public counters move: nothing of an account does when its question lands', () => {
    const { before, after, teacher } = lecture
    expect(ofCampus(after, teacher)).toEqual(ofCampus(before, teacher))
    expect(ofCampus(before, teacher).find(([name]) => name === 'session')?.[1]).toHaveLength(
      ASKERS_PER_KIND + 1 + lecture.idle.length,
    )
  })

  test('public counters move: an account that asks is heard of as often as one that does not', () => {
    const { after, idle } = lecture
    const idleIds = new Set(idle.map(({ userId }) => userId))
    const sessions = (after.get('session') ?? []).filter((row) => row.user_id !== lecture.teacher.userId)
    for (const column of ['last_seen_at', 'synced_at']) {
      const since = (row: Record<string, unknown>) => Number(row[column] ?? row.created_at) - Number(row.created_at)
      const ofIdle = sessions.filter((row) => idleIds.has(String(row.user_id))).map(since)
      const ofAskers = sessions.filter((row) => !idleIds.has(String(row.user_id))).map(since)
      expect(ofAskers.length).toBeGreaterThan(ofIdle.length)
      // Some of a heartbeat's length, for they did not all come at once.
      expect(Math.max(...ofAskers)).toBeLessThan(Math.max(...ofIdle) + SHORT_HEARTBEAT_MS)
      expect(Math.min(...ofAskers)).toBeGreaterThan(Math.min(...ofIdle) - SHORT_HEARTBEAT_MS)
    }
  })

  test('public counters move: no classmate is told anything by any route of the campus', () => {
    expect(lecture.campus.after).toEqual(lecture.campus.before)
  })

  test('public counters move: no account’s socket is told anything', () => {
    expect(lecture.accountFrames).toBe('')
  })

  test('author id in the API: no row has more fields than the contract says, and no id stands twice', () => {
    const fields = new Map(lecture.rows.map((row) => [row.type, Object.keys(row).sort().join()]))
    expect([...fields.keys()].sort()).toEqual(['classroom', 'poll', 'question', 'reply'])
    expect(JSON.stringify([...fields.values()])).not.toMatch(/author|user|device|session|address|receipt/i)
    const made = lecture.askers.flatMap((asker) => asker.made)
    expect(new Set(made).size).toBe(made.length)
  })

  test('edit history shows the author: an edited question keeps neither its earlier text nor when', () => {
    const all = JSON.stringify([...lecture.after])
    expect(all).not.toContain('before it was edited')
    const columns = Object.keys(lecture.after.get('question')?.[0] ?? {})
    expect(columns.filter((column) => /edit|chang|updat/.test(column))).toEqual(['edited'])
  })

  test('an address holds the name: what is requested names the classroom, and an upload that nothing else names', () => {
    const base = `/q/api/${lecture.classroomId}`
    const paths = lecture.askers.flatMap(({ wire }) => wire.sent.map((line) => line.split(' ')[0] ?? ''))
    const uploads = new Set(paths.flatMap((path) => /uploads\/([^/]+)/.exec(path)?.[1] ?? []))
    expect(uploads.size).toBe(lecture.askers.length + 1)
    expect(new Set(paths.map((path) => path.replace(/uploads\/[^/]+/, 'uploads/:id')))).toEqual(
      new Set(['/commands', '/uploads', '/uploads/:id', '/uploads/:id/finish'].map((path) => base + path)),
    )
    const stored = JSON.stringify([...lecture.after])
    for (const id of uploads) {
      expect(id).toMatch(VERSION_4)
      expect([stored, lecture.answers, lecture.bus, lecture.log].some((text) => text.includes(id))).toBe(false)
    }
  })

  test('a photo says where it was taken: whoever sees it sees the picture, and no name, place, camera, time or size of what was sent', async () => {
    const sizes = new Set(lecture.askers.map((asker) => photoOf(asker).bytes.length))
    const numbers = [...lecture.after.values()].flat().flatMap((row) => Object.values(row).map(Number))
    expect(numbers.filter((number) => sizes.has(number))).toEqual([])
    for (const asker of lecture.askers) {
      for (const variant of ['whole', 'small']) {
        const { status, headers, content } = await lookAt(photoOf(asker).id, variant)
        expect(status).toBe(200)
        const { exif, xmp, icc, iptc, comments } = await sharp(content).metadata()
        expect({ exif, xmp, icc, iptc, comments }).toEqual({})
        expectNobodyIn(content.toString('latin1'))
        expectNobodyIn(JSON.stringify([...headers]))
        expect(headers.get('content-disposition')).toBe('inline')
        expect(headers.get('last-modified')).toBeNull()
      }
    }
  })

  test('a photo is older or newer than others on the disk: there is no file for it, and its rows are in the order of random ids', () => {
    const ids = (lecture.after.get('photo_content') ?? []).map((row) => String(row.photo_id))
    expect(new Set(ids).size).toBe(lecture.askers.length + 1)
    for (const id of ids) expect(id).toMatch(VERSION_4)
    if (distributed) return
    expect(ids).toEqual([...ids].sort())
    expect(listOtherFiles(server.dataDir)).toEqual(lecture.filesBefore)
  })

  test('a photo is on its way in pieces: none of them is left in a table or on the disk', async () => {
    for (const table of ['photo_upload', 'photo_piece']) expect(lecture.after.get(table)).toEqual([])
    await waitFor('what was sent to be gone from the disk', () => {
      const disk = readDisk()
      return lecture.askers.some((asker) => disk.includes(photoOf(asker).camera)) ? undefined : true
    })
  })

  test('one photo sent twice by one person: what is kept and shown of both has no byte sequence, hash, size or id in common', async () => {
    const { asker, questionId } = lecture.again
    const both = [await lookAt(photoOf(asker).id), await lookAt(questionId)]
    const [one, other] = both.map(({ content }) => content)
    if (one === undefined || other === undefined) throw new Error('both are there')
    expect(one.equals(other)).toBe(false)
    expect(new Set(both.map(({ headers }) => headers.get('etag'))).size).toBe(2)
    const contents = (lecture.after.get('photo_content') ?? []).map(({ content }) => content)
    expect(new Set(contents).size).toBe(contents.length)
    // The scans of two pictures that were encoded apart share no stretch.
    const stretch = one.subarray(one.length >> 1, (one.length >> 1) + 24)
    expect(other.includes(stretch)).toBe(false)
    const columns = PHOTO_TABLES.flatMap((name) => Object.keys(lecture.after.get(name)?.[0] ?? {}))
    expect(columns.filter((column) => /hash|user|session|address|_at$/.test(column))).toEqual([])
  })

  test('a photo is still there once it was taken back: it is gone from every table and from the disk, and so when staff dismiss it', async () => {
    const [withdrawing, dismissed] = lecture.askers.slice(-2)
    if (withdrawing === undefined || dismissed === undefined) throw new Error('there are askers')
    const seen = await Promise.all([withdrawing, dismissed].map((asker) => lookAt(photoOf(asker).id)))
    const pixels = seen.map(({ content }) =>
      content.subarray(content.length >> 1, (content.length >> 1) + 32).toString('latin1'),
    )
    const { id, receipt } = photoOf(withdrawing)
    expectTaken(await withdrawing.do({ type: 'question.withdraw', id: randomUUID(), questionId: id, receipt }))
    const { teacher, classroomId } = lecture
    await act(server.url, teacher, classroomId, {
      type: 'question.judge',
      questionId: photoOf(dismissed).id,
      state: 'dismissed',
      reason: 'other',
      note: null,
    })
    for (const asker of [withdrawing, dismissed]) expect((await lookAt(photoOf(asker).id)).status).toBe(404)
    const tables = JSON.stringify([...(await dumpDatabase(store))])
    for (const stretch of pixels) expect(tables).not.toContain(JSON.stringify(stretch).slice(1, -1))
    await waitFor('the photos to be gone from the disk', () => {
      const disk = readDisk()
      return pixels.some((stretch) => disk.includes(stretch)) ? undefined : true
    })
  })

  test('one alias across questions: two actions of one person have nothing in common', () => {
    const rows = CLASSROOM_TABLES.flatMap((name) => lecture.after.get(name) ?? [])
    const byId = new Map(rows.map((row) => [String(row.id), row]))
    // What says which classroom, question or poll it is about is common to all who did something there.
    const about = new Set(['classroom_id', 'question_id', 'poll_id', 'merged_into'])
    const telling = (row: Record<string, unknown>) =>
      Object.entries(row).flatMap(([name, value]) =>
        about.has(name) || typeof value !== 'string' || value.length < 16 ? [] : [value],
      )
    for (const { made } of lecture.askers) {
      const values = made.map((id) => byId.get(id)).flatMap((row) => (row === undefined ? [] : telling(row)))
      expect(values.length).toBeGreaterThan(made.length)
      expect(new Set(values).size).toBe(values.length)
    }
  })

  test('third-party avatar seeded with the id: no row names a picture or a place on the net', () => {
    expect(JSON.stringify(lecture.rows)).not.toMatch(/https?:|avatar|picture/i)
  })

  test('anonymity switched off afterwards: it is refused, and the tables have nowhere to put a name', async () => {
    const { teacher, classroomId } = lecture
    await act(server.url, teacher, classroomId, { type: 'classroom.set', names: false })
    const again = act(server.url, teacher, classroomId, { type: 'classroom.set', names: true })
    await expect(again).rejects.toThrow('anonymity_fixed')
    for (const name of ['question', 'vote', 'poll_answer', 'spent_token']) {
      const columns = Object.keys((await dumpDatabase(store)).get(name)?.[0] ?? {})
      expect(columns.filter((column) => /author|user|account|session|device|address/.test(column))).toEqual([])
    }
  })

  test('metadata kept: ids are random, times are of five minutes, and no table tells the order of arrival', async () => {
    const { after, askers } = lecture
    for (const { id, asked_at } of after.get('question') ?? []) {
      expect(id).toMatch(VERSION_4)
      expect(Number(asked_at) % TIME_STEP_MS).toBe(0)
    }
    for (const { at, author } of after.get('reply') ?? []) {
      if (author !== 'staff') expect(Number(at) % TIME_STEP_MS).toBe(0)
    }
    // No number of a student's is finer than five minutes: none is a moment of this lecture.
    const now = Date.now()
    const moments = ['question', 'vote', 'poll_answer', 'spent_token', ...PHOTO_TABLES]
      .flatMap((name) => after.get(name) ?? [])
      .flatMap((row) => Object.values(row))
      .filter((value) => typeof value === 'number' && Math.abs(value - now) < 3_600_000)
    expect(moments.every((moment) => Number(moment) % TIME_STEP_MS === 0)).toBe(true)
    // Stored in the order of their random ids, whatever the order in which they came.
    if (!distributed) {
      const made = new Set(askers.flatMap((asker) => asker.made))
      for (const name of ['question', 'vote', 'poll_answer']) {
        const ids = (after.get(name) ?? []).map((row) => String(row.id)).filter((id) => made.has(id))
        expect(ids).toEqual([...ids].sort())
      }
    }
  })
})
