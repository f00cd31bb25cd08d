import type { CommandOf } from '../../../shared/protocol/commands.ts'
import type { OutboxEntry, OutboxState } from '../database.ts'
import type { RowTable } from '../log/kind.ts'
import type { ClassroomEntryState, ClassroomOutboxEntry } from './database.ts'

/*
 * An outbox of a classroom as one of an account, in which each answer that carries files is a message that does: what is done
 * about files is written once.
 */

type Answers = RowTable<ClassroomOutboxEntry, number>

export function asMessages(outbox: Answers): RowTable<OutboxEntry, number> {
  return {
    toArray: async () => (await outbox.toArray()).flatMap((entry) => toMessage(entry) ?? []),
    bulkGet: async (positions) => (await outbox.bulkGet(positions)).map((entry) => entry && toMessage(entry)),
    async bulkPut(messages) {
      const entries = await outbox.bulkGet(messages.map(({ position }) => position))
      await outbox.bulkPut(
        messages.flatMap((message, at) => {
          const entry = entries[at]
          return entry === undefined ? [] : [fromMessage(message, entry)]
        }),
      )
    },
    bulkDelete: (positions) => outbox.bulkDelete(positions),
    clear: () => outbox.clear(),
  }
}

function toMessage({ position, id, command, state }: ClassroomOutboxEntry): OutboxEntry | undefined {
  if (command.type !== 'reply.answer' || command.files === undefined) return undefined
  const { text, files, questionId: conversationId } = command
  const send: CommandOf<'message.send'> = {
    ...{ type: 'message.send', id, conversationId, text, files, writtenAt: 0, replyToId: null },
    ...{ mentions: [], mentionsAll: false, forwarded: false },
  }
  return { position, id, conversationId, command: send, state: toMessageState(state), queuedAt: 0 }
}

function toMessageState(state: ClassroomEntryState): OutboxState {
  switch (state.kind) {
    case 'waiting':
      return { kind: 'waiting', ...(state.hold !== undefined && { hold: state.hold }) }
    case 'accepted':
      return state
    case 'refused':
      return { kind: 'refused', code: 'file_missing', message: state.message }
  }
}

/** What became of an answer by what became of its files; one that was refused stays so. */
function fromMessage({ command, state }: OutboxEntry, entry: ClassroomOutboxEntry): ClassroomOutboxEntry {
  if (entry.command.type !== 'reply.answer' || command.type !== 'message.send') return entry
  const { files: _, ...rest } = entry.command
  const files = command.files?.map(({ id, description }) => ({ id, description }))
  const changed = { ...entry, command: files === undefined ? rest : { ...rest, files } }
  // Why a file cannot go up is said in words: which of an account's codes it is matters nothing here.
  if (state.kind === 'refused' && entry.state.kind !== 'refused')
    return { ...changed, state: { kind: 'refused', code: 'file_missing', message: state.message } }
  if (state.kind === 'waiting' && entry.state.kind === 'waiting') {
    return { ...changed, state: { ...entry.state, ...(state.hold !== undefined && { hold: state.hold }) } }
  }
  return changed
}
