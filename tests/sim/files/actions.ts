import { EVERYONE_ID } from '../../../shared/protocol/fields.ts'
import type { CommandOf } from '../../../shared/protocol/commands.ts'
import type { Device } from '../device.ts'
import { memberKey } from '../memory-store.ts'
import type { Chance } from '../scheduler.ts'
import type { ChosenFile } from './device-files.ts'

type Send = CommandOf<'message.send'>

/** Somebody sends some files, or sends on what another message carries. Nothing where nothing fits. */
export function sendFiles(chance: Chance, device: Device): { command: Send; files: ChosenFile[] } | undefined {
  const { disk, person, browser } = device
  const conversations = [...disk.conversations.rows.values()].filter(
    ({ id }) => id === EVERYONE_ID || disk.members.rows.has(memberKey(id, person.userId)),
  )
  const conversation = chance.pick(conversations)
  if (conversation === undefined) return undefined
  const text = chance.happens(0.6) ? `text ${chance.between(0, 999)}` : ''
  const send: Send = {
    ...{ type: 'message.send', id: chance.id(), conversationId: conversation.id, text, writtenAt: browser.now() },
    ...{ replyToId: null, mentions: [], mentionsAll: false, forwarded: false },
  }
  const carrying = chance.pick([...disk.messages.rows.values()].filter(({ files = [] }) => files.length > 0))
  if (carrying !== undefined && chance.happens(0.25)) {
    const from = { conversationId: carrying.conversationId, messageId: carrying.id }
    const files = (carrying.files ?? []).map(({ id }) => ({ id, description: '', from }))
    return { command: { ...send, forwarded: true, files }, files: [] }
  }
  const files = Array.from({ length: chance.between(1, 3) }, () => {
    const id = chance.id()
    // Now and then what somebody else may have sent too.
    const bytes = chance.happens(0.2) ? new Uint8Array(100).fill(7) : chance.bytes(chance.between(20, 300))
    return { id, name: `${id}.bin`, bytes }
  })
  return { command: { ...send, files: files.map(({ id }) => ({ id, description: '' })) }, files }
}

/** An upload that somebody may pause, or a message that waits for its files and that somebody may take back. */
export function findWaiting(chance: Chance, { disk }: Device) {
  const upload = chance.pick([...disk.uploads.rows.values()].filter(({ state }) => state.kind === 'waiting'))
  const entry = [...disk.outbox.rows.values()].find(({ id }) => id === upload?.messageId)
  return upload === undefined || entry?.state.kind !== 'waiting' ? undefined : { upload, entry }
}
