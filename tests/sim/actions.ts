import { directId } from '../../shared/direct-id.ts'
import type { Command } from '../../shared/protocol/commands.ts'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { World } from './campus.ts'
import type { Device } from './device.ts'
import { memberKey } from './memory-store.ts'

/** What people do, on whatever their device shows them, online or not. Returns the commands, or none when nothing fits. */
export function act({ chance, scheduler }: World, device: Device, userIds: readonly string[]): Command[] {
  const { disk, userId } = device
  const conversations = [...disk.conversations.rows.values()].filter(
    ({ id }) => id === EVERYONE_ID || disk.members.rows.has(memberKey(id, userId)),
  )
  const conversation = chance.pick(conversations)
  const others = userIds.filter((id) => id !== userId)
  const write = (conversationId: string): Command => ({
    type: 'message.send',
    id: chance.id(),
    conversationId,
    text: `text ${chance.between(0, 999)}`,
    writtenAt: scheduler.now(),
    ...{ replyToId: null, mentions: [], mentionsAll: false, forwarded: false },
  })
  const led = conversations.filter(({ kind, creatorId }) => kind === 'group' && creatorId === userId)
  const group = chance.pick(led)
  const id = chance.id()
  const kind = chance.between(1, 100)

  if (kind <= 45) return conversation === undefined ? [] : [write(conversation.id)]
  if (kind <= 52) {
    const other = chance.pick(others)
    if (other === undefined) return []
    const conversationId = directId(userId, other)
    return [{ type: 'direct.create', id, conversationId, userId: other }, write(conversationId)]
  }
  if (kind <= 60) {
    const conversationId = chance.id()
    const members = others.filter(() => chance.happens(0.5))
    return [
      { type: 'group.create', id, conversationId, title: `group ${kind}`, userIds: members },
      write(conversationId),
    ]
  }
  if (kind <= 68) {
    const other = chance.pick(others)
    if (group === undefined || other === undefined) return []
    return [{ type: 'member.add', id, conversationId: group.id, userIds: [other] }]
  }
  if (kind <= 75) {
    const members = [...disk.members.rows.values()].filter((row) => row.conversationId === group?.id)
    const member = chance.pick(members.filter((row) => row.userId !== userId))
    return member === undefined
      ? []
      : [{ type: 'member.remove', id, conversationId: member.conversationId, userId: member.userId }]
  }
  if (kind <= 78) {
    const left = chance.pick(conversations.filter((one) => one.kind === 'group'))
    return left === undefined ? [] : [{ type: 'member.leave', id, conversationId: left.id }]
  }
  if (kind <= 80) {
    const heir = chance.pick(others)
    if (group === undefined || heir === undefined) return []
    return [{ type: 'group.hand-over', id, conversationId: group.id, userId: heir }]
  }
  if (kind <= 83) {
    return group === undefined ? [] : [{ type: 'group.rename', id, conversationId: group.id, title: `renamed ${kind}` }]
  }
  if (kind <= 85) return [{ type: 'profile.rename', id, name: `name ${chance.between(0, 99)}` }]
  const own = [...disk.messages.rows.values()].filter((row) => row.authorId === userId && row.text !== null)
  const message = chance.pick(own)
  if (kind <= 92 && message !== undefined) {
    const { conversationId, id: messageId } = message
    const text = `edited ${chance.between(0, 999)}`
    return chance.happens(0.7)
      ? [{ type: 'message.edit', id, conversationId, messageId, text, mentions: [], mentionsAll: false }]
      : [{ type: 'message.delete', id, conversationId, messageId }]
  }
  const latest = conversation === undefined ? undefined : disk.latest.rows.get(conversation.id)
  return latest === undefined ? [] : [{ type: 'read', id, conversationId: latest.conversationId, n: latest.n }]
}
