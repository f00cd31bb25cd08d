import { expect, test } from 'vitest'
import { countWaiting, toConnectionLine } from '../../../../client/data/connection/connection-line.ts'
import type { ConnectionState } from '../../../../client/sync/log/connection-state.ts'
import { commandId, entry, group, refused, send } from '../example.ts'

const none = { messages: 0, changes: 0 }
const three = { messages: 3, changes: 0 }
const toClock = () => '10:42'

const lines: [string, ConnectionState, typeof none, string | null][] = [
  ['nothing to tell', { kind: 'live' }, none, null],
  ['sending', { kind: 'live' }, { messages: 1, changes: 2 }, 'Sending 1 message and 2 changes'],
  ['connecting', { kind: 'connecting' }, three, 'Connecting, 3 messages waiting'],
  [
    'no answer',
    { kind: 'connecting', since: 0, slow: true },
    three,
    'No answer since 10:42, still trying, 3 messages waiting',
  ],
  ['catching up', { kind: 'catching-up', done: 340, total: 1200 }, none, 'Catching up 340 of 1,200'],
  [
    'a first pull',
    { kind: 'catching-up', done: 3400, total: 0 },
    none,
    'Fetching everything for the first time, 3,400 so far',
  ],
  ['offline', { kind: 'offline', since: 0 }, none, 'Offline since 10:42'],
  ['offline with messages', { kind: 'offline', since: 0 }, three, 'Offline since 10:42, 3 messages waiting'],
  [
    'offline with a change',
    { kind: 'offline', since: 0 },
    { messages: 0, changes: 1 },
    'Offline since 10:42, 1 change waiting',
  ],
  [
    'a server without room',
    { kind: 'offline', since: 0, why: 'unavailable' },
    three,
    'The server cannot store anything right now, 3 messages waiting',
  ],
  ['a server that will not have us', { kind: 'refused', code: 'x' }, none, 'The server does not let this app in'],
  [
    'a suspended account',
    { kind: 'refused', code: 'suspended', message: 'Your account is suspended: Spam. Ask room 12.' },
    three,
    'Your account is suspended: Spam. Ask room 12. Waiting: 3 messages.',
  ],
  ['a captive portal', { kind: 'portal', since: 0 }, none, 'Sign in to the Wi-Fi first'],
  ['signed out', { kind: 'signed-out' }, three, 'Signed out, sign in to send 3 messages'],
  ['signed out with nothing', { kind: 'signed-out' }, none, 'Signed out, sign in to go on'],
  ['outdated', { kind: 'outdated' }, none, 'Update ChatBox to connect again'],
]

test.each(lines)('the line tells the truth: %s', (_, state, waiting, text) => {
  expect(toConnectionLine(state, waiting, toClock)?.text ?? null).toBe(text)
})

test('only what a person can act on has an action', () => {
  const action = (state: ConnectionState) => toConnectionLine(state, none, toClock)?.action
  expect(action({ kind: 'signed-out' })).toBe('sign-in')
  expect(action({ kind: 'outdated' })).toBe('update')
  expect(action({ kind: 'offline', since: 0 })).toBeNull()
})

test('reading along and what was refused do not count as waiting', () => {
  const read = entry({ type: 'read', id: commandId(), conversationId: group, n: 3 })
  const rename = entry({ type: 'profile.rename', id: commandId(), name: 'Anna' })
  expect(countWaiting([read, rename, entry(send('a')), entry(send('b'), refused)])).toEqual({ messages: 1, changes: 1 })
})
