import { hashOf } from '../classroom/student.ts'
import type { Planted } from './planted.ts'
import { puttingOthers, withRoomTables } from './tables.ts'

/** Mistakes in classrooms, on both sides. */
export const IN_A_CLASSROOM: Record<string, Planted> = {
  'a vote counts twice': {
    triggers: [
      'after insert on classrooms.vote begin update question set votes = votes + 1 where id = new.question_id; end',
    ],
  },

  'a vote that was taken back is counted on': {
    triggers: [
      'after delete on classrooms.vote begin update question set votes = votes + 1 where id = old.question_id; end',
    ],
  },

  'two questions have one number': {
    triggers: [
      'after insert on classrooms.question when new.n > 2 begin update question set n = n - 1 where id = new.id; end',
    ],
  },

  'a withdrawn question stays': {
    triggers: [
      "after update of state on classrooms.question when new.state = 'withdrawn' begin update question set state = 'dismissed' where id = new.id; end",
    ],
  },

  'a token is not spent': {
    triggers: [
      'after insert on classrooms.spent_token begin delete from spent_token where token_hash = new.token_hash; end',
    ],
  },

  'a token pays on': {
    classroomStorage: (storage) =>
      withRoomTables(storage, ({ tokens }) => ({ tokens: { ...tokens, bulkDelete: () => Promise.resolve() } })),
  },

  'the room pulls what only staff may see': {
    classroomKind: (kind) => ({
      ...kind,
      loadPage: (db, log, view, _, from) => kind.loadPage(db, log, view, { audience: 'staff', userId: '' }, from),
    }),
  },

  'the room hears what only staff may see': {
    classroomKind: (kind) => ({
      ...kind,
      loadChanges: async (db, log, from, limit) =>
        (await kind.loadChanges(db, log, from, limit)).map(({ row }) => ({ row, audience: 'everybody' })),
    }),
  },

  'what a student says is answered before it is stored': {
    classroomSequencer: (sequencer, world) => ({
      ...sequencer,
      async submit(log, entries) {
        sequencer.submit(log, entries).catch((error: unknown) => world.report(error))
        return entries.map(() => ({ seq: 1 }))
      },
    }),
  },

  'what a student says is refused for good while the database is away': {
    classroomSequencer: (sequencer) => ({
      ...sequencer,
      submit: (log, entries) =>
        sequencer
          .submit(log, entries)
          .catch(() => entries.map(() => ({ code: 'bad_request', message: 'It is away.' }) as const)),
    }),
  },

  'a question that nobody answered is asked as another one': {
    classroomStorage: (storage, _, { chance }) =>
      withRoomTables(storage, ({ outbox }) => ({
        outbox: puttingOthers(outbox, (entry) => {
          const { command, state } = entry
          const isAgain = state.kind === 'waiting' && state.sent && state.departure.kind === 'queued'
          if (command.type !== 'question.ask' || !isAgain) return [entry]
          const id = chance.randomId()
          return [{ ...entry, id, command: { ...command, id } }]
        }),
      })),
  },

  'a question that was changed is asked as it was first': {
    studentStorage: (storage, disk) =>
      withRoomTables(storage, ({ outbox }) => ({
        outbox: puttingOthers(outbox, (entry) => {
          const before = disk.outbox.rows.get(String(entry.position))
          return [before === undefined ? entry : { ...entry, command: before.command }]
        }),
      })),
  },

  'what a student wrote is dropped when it could not go': {
    classroomStorage: (storage) =>
      withRoomTables(storage, ({ outbox }) => ({
        outbox: {
          ...outbox,
          async bulkPut(entries) {
            await outbox.bulkPut(entries)
            const unsent = entries.filter(
              ({ state }) => state.kind === 'waiting' && state.sent && state.departure.kind === 'queued',
            )
            await outbox.bulkDelete(unsent.map(({ position }) => position))
          },
        },
      })),
  },

  'a browser votes under a new receipt each time': {
    studentStorage: (storage, _, { chance }) =>
      withRoomTables(storage, ({ addEntry }) => ({
        addEntry(entry) {
          const { command } = entry
          if (command.type !== 'vote.cast') return addEntry(entry)
          const receiptHash = hashOf(Buffer.from(chance.bytes(32)).toString('base64url'))
          return addEntry({ ...entry, command: { ...command, receiptHash } })
        },
      })),
  },

  'a clock that is set back holds a question for years': {
    classroomStorage: (storage) =>
      withRoomTables(storage, ({ outbox }) => ({
        outbox: puttingOthers(outbox, (entry) => {
          const { state } = entry
          if (state.kind !== 'waiting' || state.departure.kind !== 'after') return [entry]
          return [{ ...entry, state: { ...state, departure: { ...state.departure, from: 0 } } }]
        }),
      })),
  },

  'nothing that a student lost is offered again': {
    classroomStorage: (storage) =>
      withRoomTables(storage, (tables) => ({
        setPosition: (position) => tables.setPosition({ ...position, restoring: false }),
      })),
  },

  'an answer to a poll counts twice': {
    triggers: [
      'after update of answers on classrooms.poll when new.answers > old.answers begin update poll set answers = answers + 1 where id = new.id; end',
    ],
  },

  'merging forgets the votes': {
    triggers: [
      "after update of state on classrooms.question when new.state = 'merged' and new.votes > 0 begin update question set votes = 0 where id = new.id; end",
    ],
  },

  'a question is changed and has no new position': {
    triggers: [
      'after update of text on classrooms.question when new.text is not null begin update question set seq = old.seq where id = new.id; end',
    ],
  },
}
