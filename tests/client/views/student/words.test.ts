import { expect, test } from 'vitest'
import type { ClassroomView } from '../../../../client/data/classroom/views.ts'
import { listOwnNews } from '../../../../client/views/student/own-news.ts'
import { toAskedLine, toOwnWords } from '../../../../client/views/student/own-words.ts'
import { toClosedWords, toReadableWords, toThreadsWords } from '../../../../client/views/classroom/closed-words.ts'
import { toPhaseWords } from '../../../../client/views/classroom/phase-words.ts'
import { toCounts, toMine } from '../../../../client/views/classroom/poll-choice.ts'
import { canEdit, canWithdraw, hasThread, toThreadWords } from '../../../../client/views/student/question-actions.ts'
import { takesPhotos, toPhotoPromise } from '../../../../client/views/student/photo-words.ts'
import { toReplyWords } from '../../../../client/views/student/reply-words.ts'
import { toClassroomLine } from '../../../../client/views/classroom/connection-line.ts'
import { findWritingPermission } from '../../../../client/views/student/writing-permission.ts'
import { question } from './example.ts'

const toTime = (ms: number) => `t${ms}`

test.each([
  [question({ n: null }), 'Waiting'],
  [question({ n: 1, mine: true }), 'Shown'],
  [question({ n: 1, mine: true, answered: 'text' }), 'Answered'],
  [question({ n: 1, mine: true, answered: 'aloud' }), 'Answered aloud'],
  [question({ n: 1, mine: true, state: 'held' }), 'Held'],
  [question({ n: 1, mine: true, state: 'rephrase' }), 'Please rephrase'],
  [question({ n: 1, mine: true, state: 'merged' }), 'Merged'],
  [question({ n: 1, mine: true, state: 'dismissed', reason: 'off_topic' }), 'Dismissed: off topic'],
  [question({ n: 1, mine: true, state: 'withdrawn' }), 'Withdrawn'],
  [question({ n: 1, mine: true, waiting: 'withdraw' }), 'Being withdrawn'],
  [question({ n: 1, mine: true, waiting: 'edit' }), 'Edit waiting'],
])('what became of one’s own question is told plainly (%#)', (own, title) => {
  expect(toOwnWords(own).title).toBe(title)
})

test('a question that waits says when it goes, and why then', () => {
  expect(toOwnWords(question({ n: null })).text).toMatch(/within a minute.*random moment/)
})

test.each([
  [question({ n: null, waiting: 'ask' }), false, 'Kept on this device. It is asked when the network is back.'],
  [question({ n: null, waiting: 'ask' }), true, 'Sending …'],
  [question({ n: null, waiting: null }), true, 'Asked.'],
  [question({ n: 1, mine: true }), false, 'Asked.'],
  [question({ n: 1, mine: true, state: 'held' }), true, 'Asked. The staff look at it before all can see it.'],
])('a question is called asked once the server has it, and until then what it waits for (%#)', (own, isLive, line) => {
  expect(toAskedLine(own, isLive)).toBe(line)
})

test('a question whose photo goes up first says how far it is', () => {
  const photo = { source: 'own', width: 4, height: 3, preview: '', bytes: 9, description: '', sent: 0.399 } as const
  const waiting = question({ n: null, photo })
  expect(toOwnWords(waiting).text).toBe('Its photo goes first: 39% of it is there.')
  expect(toOwnWords(question({ n: null, photo: { ...photo, sent: 0 } })).text).toMatch(/random moment/)
})

test('what is said of a chosen photo is what becomes of it', () => {
  const asking = { photos: 'shown', isPaid: false, isOver: false } as const
  expect(toPhotoPromise(asking)).toMatch(/^Your photo was drawn anew without its name, place or camera\. [^.]+\.$/)
  expect(toPhotoPromise({ ...asking, photos: 'held' })).toMatch(/until the staff have looked at it\.$/)
  expect(toPhotoPromise({ ...asking, isPaid: true })).toMatch(/costs nothing beside the question\.$/)
  expect(toPhotoPromise({ ...asking, photos: 'off' })).toMatch(/^Questions carry no photos here any more/)
  expect(toPhotoPromise({ ...asking, isOver: true })).toMatch(/goes nowhere/)
  expect(
    [undefined, 'off', 'held', 'shown'].map((photos) => takesPhotos({ photos } as Pick<ClassroomView, 'photos'>)),
  ).toEqual([false, false, true, true])
})

test('a question that waits for a moment of its own says until when', () => {
  const own = question({ n: null, waiting: 'ask', sendAfter: Date.UTC(2026, 0, 1, 12) })
  expect(toAskedLine(own, true)).toMatch(/^It goes out by itself before \d/)
})

test('news are what others did with one’s own questions', () => {
  const before = [question({ n: 1, mine: true }), question({ n: 2, mine: true }), question({ n: 3 })]
  const now = [
    question({ n: 1, mine: true, state: 'dismissed', reason: 'unclear' }),
    question({ n: 2, mine: true, answered: 'text', answers: 1 }),
    question({ n: 3, answered: 'aloud' }),
  ]
  expect(listOwnNews(before, now)).toEqual(['Your question 1: Dismissed: unclear', 'Your question 2: Answered'])
  expect(listOwnNews(now, now)).toEqual([])
})

test('another answer is news, what one does oneself is none', () => {
  const answered = question({ n: 1, mine: true, answered: 'text', answers: 1 })
  expect(listOwnNews([answered], [{ ...answered, answers: 2 }])).toEqual(['Your question 1: Another answer'])
  expect(listOwnNews([answered], [{ ...answered, state: 'withdrawn', text: null }])).toEqual([])
  expect(listOwnNews([], [answered])).toEqual([])
})

const times: Pick<ClassroomView, 'phase' | 'mode' | 'opensAt' | 'endsAt' | 'threadsOpen' | 'threadsUntil'> = {
  phase: 'open',
  mode: 'open',
  opensAt: null,
  endsAt: null,
  threadsOpen: true,
  threadsUntil: null,
}

test.each([
  [{}, 'Open'],
  [{ endsAt: 5 }, 'Open, until t5'],
  [{ mode: 'approval' as const }, 'Open, each question is looked at first'],
  [{ phase: 'before' as const, opensAt: 3 }, 'Opens t3'],
  [{ phase: 'ended' as const, endsAt: 5 }, 'Over since t5'],
  [{ phase: 'closed' as const }, 'Takes no questions now'],
])('the state of a classroom in words (%#)', (given, words) => {
  expect(toPhaseWords({ ...times, ...given }, toTime)).toBe(words)
})

test('what stays possible where no questions are taken', () => {
  expect(toThreadsWords(times, toTime)).toBe('Threads stay open.')
  expect(toThreadsWords({ ...times, threadsUntil: 9 }, toTime)).toBe('Threads stay open until t9.')
  expect(toThreadsWords({ ...times, threadsOpen: false }, toTime)).toBe('Threads take nothing more.')
  expect(toClosedWords({ ...times, phase: 'before' }, toTime)).toBe('Questions are not taken yet. Threads stay open.')
  expect(toReadableWords({ ...times, phase: 'closed' }, toTime)).toBe('Everything stays to be read.')
  expect(toReadableWords({ ...times, phase: 'ended', endsAt: 1 }, toTime)).toBe(
    'It can be read until t15552000001, then the server deletes it.',
  )
})

test('the connection is told when there is something to tell', () => {
  expect(toClassroomLine({ state: 'live', waiting: 0 })).toBeNull()
  expect(toClassroomLine({ state: 'live', waiting: 2 })?.text).toMatch(/^2 waiting/)
  expect(toClassroomLine({ state: 'offline', waiting: 1 })).toEqual({ tone: 'offline', text: 'Offline, 1 waiting' })
  expect(toClassroomLine({ state: 'portal', waiting: 0 })?.text).toBe('Sign in to the Wi-Fi first')
  expect(toClassroomLine({ state: 'connecting', waiting: 0 })?.text).toBe('Connecting')
  expect(toClassroomLine({ state: 'unavailable', waiting: 1 })).toEqual({
    tone: 'attention',
    text: 'The server cannot store anything right now, 1 waiting',
  })
})

test('only the asker edits and withdraws, and only what stands', () => {
  const own = question({ n: 1, mine: true })
  expect([canEdit(own, true), canWithdraw(own)]).toEqual([true, true])
  expect([canEdit(own, false), canWithdraw(own)]).toEqual([false, true])
  expect(canEdit({ ...own, muted: true }, true)).toBe(false)
  expect([canEdit(question({ n: 1 }), true), canWithdraw(question({ n: 1 }))]).toEqual([false, false])
  for (const state of ['dismissed', 'merged', 'withdrawn'] as const)
    expect(canEdit({ ...own, state }, true)).toBe(false)
  expect(canEdit({ ...own, state: 'rephrase' }, true)).toBe(true)
  expect(canWithdraw({ ...own, state: 'withdrawn' })).toBe(false)
  expect(hasThread(question({ n: null }))).toBe(false)
})

test('answers of staff are counted apart from replies', () => {
  expect(toThreadWords({ ...question({ n: 1 }), answers: 1, replies: 3 })).toBe('1 answer and 2 replies')
  expect(toThreadWords(question({ n: 1 }))).toBeNull()
})

const open = { threadsOpen: true, answers: 'staff' as const }

test.each([
  ['the asker says more', { mine: true }, open, { kind: 'follow-up' }],
  [
    'also in the thread of what it was merged into',
    { mine: true, state: 'merged' as const },
    open,
    { kind: 'follow-up' },
  ],
  ['others do not answer where staff do', {}, open, { kind: 'none', why: 'Here only the staff answer.' }],
  ['everyone answers where everyone may', {}, { ...open, answers: 'everyone' as const }, { kind: 'reply' }],
  [
    'a muted thread is closed',
    { mine: true, muted: true },
    open,
    { kind: 'none', why: 'This thread takes nothing more.' },
  ],
  [
    'nothing after the end',
    { mine: true },
    { ...open, threadsOpen: false },
    { kind: 'none', why: 'This thread takes nothing more.' },
  ],
  ['a held question takes nothing', { mine: true, state: 'held' as const }, open, { kind: 'none', why: null }],
])('writing in a thread: %s', (_, given, classroom, permission) => {
  expect(findWritingPermission({ ...question({ n: 1 }), ...given }, classroom)).toEqual(permission)
})

test('a reply is named by who wrote it, as far as anybody knows', () => {
  const reply = {
    ...{ id: 'r', mine: false, text: 'x', at: 0, edited: false, endorsed: false, waiting: null, files: [] },
  } as const
  expect(toReplyWords({ ...reply, by: 'staff', staffName: 'Dr. Weber', state: 'shown' })).toEqual({
    by: 'Dr. Weber',
    label: 'Answer of Dr. Weber',
    state: null,
  })
  expect(toReplyWords({ ...reply, by: 'asker', staffName: null, state: 'held' })).toEqual({
    by: 'The asker',
    label: 'Reply of the asker',
    state: 'Held: the staff look at it first',
  })
})

test('what one answered in a poll is found among its results', () => {
  const options = ['Red', 'Blue', 'Green']
  expect(toMine({ kind: 'several', options, myChoice: [0, 2] })).toEqual(['Red', 'Green'])
  expect(toMine({ kind: 'words', options: [], myChoice: ' Entropy ' })).toEqual(['entropy'])
  expect(toMine({ kind: 'one', options, myChoice: null })).toEqual([])
})

test('options stand as they were written, free words by how many said them', () => {
  const counts = [
    { option: 'a', count: 1 },
    { option: 'b', count: 3 },
    { option: 'c', count: 2 },
  ]
  expect(toCounts({ kind: 'one', counts }, 2)).toEqual(counts)
  expect(toCounts({ kind: 'words', counts }, 2).map(({ option }) => option)).toEqual(['b', 'c'])
  expect(toCounts({ kind: 'words', counts: null }, 2)).toEqual([])
})
