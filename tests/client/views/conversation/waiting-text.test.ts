import { expect, test } from 'vitest'
import type { MessageView } from '../../../../client/data/messages/message-view.ts'
import { toWaitingText } from '../../../../client/views/conversation/waiting-text.ts'

const waiting: MessageView['change'] = { kind: 'edit', delivery: { kind: 'waiting' } } as MessageView['change']
const before = { text: 'Wy?', at: 1 }
const after = { text: 'Why?', at: 2 }

test.each<[string, MessageView['change'], (typeof before)[], string | null]>([
  ['an edit that waits stands below what was sent', waiting, [before], 'Why?'],
  ['one that is here as sent does not wait beside itself', waiting, [before, after], null],
  ['without an edit nothing waits', null, [before], null],
])('%s', (_, change, versions, text) => {
  expect(toWaitingText({ text: 'Why?', change }, versions)).toBe(text)
})
