import type { Command, CommandOf } from '../commands.ts'
import { type In, type Out } from './bytes.ts'
import * as c from './columns.ts'
import { conversation, message, person } from './rows.ts'

/*
 * Commands as bytes, each field by field as commands.ts says it; the same rules hold as for rows. What a field becomes
 * that was left out, it is when it comes out.
 */

type Of<Type extends Command['type']> = Omit<CommandOf<Type>, 'type'>

const id = c.idOf('command')
const file = c.group<NonNullable<CommandOf<'message.send'>['files']>[number]>({
  id: c.idOf('file'),
  description: c.orEmpty,
  from: c.optional(c.group({ conversationId: conversation, messageId: message })),
})

const approach = c.choice(['everybody', 'shared-group', 'nobody'])

const commands = c.list(
  c.either<Command, 'type'>('type', {
    'direct.create': c.group<Of<'direct.create'>>({ id, conversationId: conversation, userId: person }),
    'group.create': c.group<Of<'group.create'>>({
      ...{ id, conversationId: conversation, title: c.text, userIds: c.list(person), again: c.optional(c.flag) },
    }),
    'group.rename': c.group<Of<'group.rename'>>({
      id,
      conversationId: conversation,
      title: c.text,
      again: c.optional(c.flag),
    }),
    'group.picture': c.group<Of<'group.picture'>>({
      ...{ id, conversationId: conversation, picture: c.orNull(c.text), again: c.optional(c.flag) },
    }),
    'group.describe': c.group<Of<'group.describe'>>({
      ...{ id, conversationId: conversation, description: c.text, again: c.optional(c.flag) },
    }),
    'group.hand-over': c.group<Of<'group.hand-over'>>({
      ...{ id, conversationId: conversation, userId: person, again: c.optional(c.flag) },
    }),
    'member.add': c.group<Of<'member.add'>>({
      ...{ id, conversationId: conversation, userIds: c.list(person), again: c.optional(c.flag) },
    }),
    'member.remove': c.group<Of<'member.remove'>>({
      ...{ id, conversationId: conversation, userId: person, again: c.optional(c.flag) },
    }),
    'member.leave': c.group<Of<'member.leave'>>({ id, conversationId: conversation }),
    'message.send': c.group<Of<'message.send'>>({
      writtenAt: c.anyNumber,
      id: c.ownId('message', 'writtenAt'),
      conversationId: conversation,
      text: c.text,
      replyToId: c.orNull(message),
      mentions: c.orNone(person),
      mentionsAll: c.orFalse,
      forwarded: c.orFalse,
      files: c.optional(c.list(file)),
    }),
    'message.edit': c.group<Of<'message.edit'>>({
      ...{ id, conversationId: conversation, messageId: message, text: c.text },
      ...{ mentions: c.orNone(person), mentionsAll: c.orFalse },
    }),
    'message.delete': c.group<Of<'message.delete'>>({ id, conversationId: conversation, messageId: message }),
    'message.hide': c.group<Of<'message.hide'>>({
      ...{ id, conversationId: conversation, messageId: message, hidden: c.orFalse },
    }),
    'message.pin': c.group<Of<'message.pin'>>({
      ...{ id, conversationId: conversation, messageId: message, pinned: c.orFalse },
    }),
    'reaction.set': c.group<Of<'reaction.set'>>({
      ...{ id, conversationId: conversation, messageId: message, emoji: c.text, on: c.orFalse },
    }),
    receive: c.group<Of<'receive'>>({
      ...{ id, positions: c.list(c.group({ conversationId: conversation, n: c.anyNumber })) },
    }),
    read: c.group<Of<'read'>>({ id, conversationId: conversation, n: c.anyNumber }),
    'conversation.set': c.group<Of<'conversation.set'>>({
      ...{ id, conversationId: conversation },
      mutedUntil: c.optional(c.nullable(c.anyNumber)),
      pinned: c.optional(c.flag),
      archivedN: c.optional(c.nullable(c.anyNumber)),
      markedUnread: c.optional(c.flag),
    }),
    'draft.set': c.group<Of<'draft.set'>>({
      ...{ id, conversationId: conversation, text: c.text, replyToId: c.orNull(message), changedAt: c.anyNumber },
    }),
    'preference.set': c.group<Of<'preference.set'>>({
      ...{ id, seen: c.optional(c.flag), presence: c.optional(c.flag) },
      directFrom: c.optional(approach),
      addFrom: c.optional(approach),
    }),
    'profile.picture': c.group<Of<'profile.picture'>>({ id, picture: c.orNull(c.text) }),
    'profile.rename': c.group<Of<'profile.rename'>>({ id, name: c.text }),
    'message.take-away': c.group<Of<'message.take-away'>>({
      ...{ id, conversationId: conversation, messageId: message, reason: c.text },
    }),
    'conversation.govern': c.group<Of<'conversation.govern'>>({
      ...{ id, conversationId: conversation },
      posting: c.choice(['everybody', 'leaders', 'moderators']),
      slowSeconds: c.anyNumber,
    }),
    'role.set': c.group<Of<'role.set'>>({
      ...{ id, userId: person, role: c.choice(['member', 'moderator', 'operator']) },
    }),
    'suspension.set': c.group<Of<'suspension.set'>>({ id, userId: person, reason: c.orNull(c.text) }),
    'block.set': c.group<Of<'block.set'>>({ id, userId: person, blocked: c.orFalse }),
    'request.answer': c.group<Of<'request.answer'>>({ id, conversationId: conversation, accepted: c.orFalse }),
    'member.leave-for-good': c.group<Of<'member.leave-for-good'>>({
      ...{ id, conversationId: conversation, forGood: c.orFalse },
    }),
  }),
)

export const COMMANDS_FORM = commands.form

export function writeCommand(command: Command, out: Out): void {
  commands.write([[command]], out, [])
}

/** Unchecked but for its form: of several, or none, nothing is known. */
export function readCommands(from: In): Command[] {
  return commands.read(1, from, [])[0] ?? []
}
