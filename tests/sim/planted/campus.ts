import type { Batch } from '../../../server/campus/batch.ts'
import type { Rules } from '../../../server/campus/rules.ts'
import type { Planted } from './planted.ts'

/** Mistakes in how the campus's commands are taken and its rows written. */
export const IN_THE_CAMPUS: Record<string, Planted> = {
  'a command sent twice is done twice': {
    triggers: ['after insert on main.command begin delete from command where id = new.id; end'],
  },

  'a command is answered before it is stored': {
    campusSequencer: (sequencer, world) => ({
      ...sequencer,
      async submit(log, entries) {
        sequencer.submit(log, entries).catch((error: unknown) => world.report(error))
        return entries.map(() => ({ seq: 1 }))
      },
    }),
  },

  'a later command overtakes an earlier one': {
    campusSequencer: (sequencer, { scheduler, chance }) => ({
      ...sequencer,
      submit: (log, entries) =>
        new Promise((resolve, reject) => {
          scheduler.after(chance.between(0, 200), () => {
            sequencer.submit(log, entries).then(resolve, reject)
          })
        }),
    }),
  },

  'what a full database could not take is refused for good': {
    campusSequencer: (sequencer) => ({
      ...sequencer,
      submit: (log, entries) =>
        sequencer
          .submit(log, entries)
          .catch(() => entries.map(() => ({ code: 'bad_request', message: 'The database is full.' }) as const)),
    }),
  },

  'a receipt claims more than the device holds': {
    campusSequencer: (sequencer) => ({
      ...sequencer,
      submit: (log, entries) =>
        sequencer.submit(
          log,
          entries.map((entry) => {
            const { command } = entry
            if (command.type !== 'receive') return entry
            const positions = command.positions.map((one) => ({ ...one, n: Number.MAX_SAFE_INTEGER }))
            return { ...entry, command: { ...command, positions } }
          }),
        ),
    }),
  },

  'who keeps to themselves what they have seen is told to have seen it': {
    campusRules: (rules) => withBatch(rules, () => ({ findPreference: () => undefined })),
  },

  'an edit keeps no revision': {
    campusRules: (rules, { chance }) =>
      withBatch(rules, (batch) => ({
        setAnnotation(row) {
          if (row.type !== 'revision' || chance.happens(0.5)) batch.setAnnotation(row)
        },
      })),
  },

  'a deletion leaves what stood there before': {
    campusRules: (rules) =>
      withBatch(rules, (batch) => ({
        listAnnotations: (type, messageId) => (type === 'revision' ? [] : batch.listAnnotations(type, messageId)),
      })),
  },

  'an older draft replaces a newer one': {
    campusRules: (rules) => withBatch(rules, () => ({ findDraft: () => undefined })),
  },

  'the head stays behind the rows': {
    triggers: [
      'after update of head on main.log when new.head > old.head + 1 begin update log set head = head - 1 where id = new.id; end',
    ],
  },

  'a place in a conversation stays empty': {
    triggers: [
      'after update of last_n on main.conversation when new.last_n = 4 begin update conversation set last_n = 5 where id = new.id; end',
    ],
  },

  'a mention cannot be found': {
    triggers: ['after insert on main.mention begin delete from mention where message_id = new.message_id; end'],
  },
}

/** The same rules, over a batch that is not as it should be. */
function withBatch(rules: Rules, change: (batch: Batch) => Partial<Batch>): Rules {
  return { ...rules, decide: (batch, userId, command) => rules.decide({ ...batch, ...change(batch) }, userId, command) }
}
