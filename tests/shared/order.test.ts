import { uuidv7 } from 'uuidv7'
import { expect, test } from 'vitest'
import type { Command } from '../../shared/protocol/commands.ts'
import { staysBehind } from '../../shared/protocol/order.ts'
import {
  createDirect,
  createGroup,
  leaveGroup,
  pin,
  read,
  renameGroup,
  send,
  setPreference,
} from '../support/campus.ts'
import { addMembers, edit, handOver, react, remove, removeMember, renameProfile, setDraft } from '../support/campus.ts'

const place = uuidv7()
const mia = uuidv7()
const message = uuidv7()

const cases: [what: string, later: Command, earlier: Command, stays: boolean][] = [
  ['a message behind a message', send(place), send(place), true],
  ['a message behind one elsewhere', send(place), send(uuidv7()), false],
  ['whatever behind the group', read(place, 1), createGroup([], { conversationId: place }), true],
  ['a message behind the conversation', send(createDirect(mia, place).conversationId), createDirect(mia, place), true],
  ['leaving behind a reaction', leaveGroup(place), react(place, message), true],
  ['handing over behind a new name', handOver(place, mia), renameGroup(place, 'New'), true],
  ['a new name behind a new name', renameGroup(place, 'Newer'), renameGroup(place, 'New'), true],
  ['a new name behind a message', renameGroup(place, 'New'), send(place), false],
  ['a message behind a new name', send(place), renameGroup(place, 'New'), false],
  ['a read behind a message', read(place, 1), send(place), false],
  ['a draft behind a message', setDraft(place, 'Well', {}), send(place), false],
  ['a reaction behind a message', react(place, message), send(place), false],
  ['a message behind a reaction', send(place), react(place, message), false],
  ['an edit behind an edit', edit(place, message, 'b'), edit(place, message, 'a'), true],
  ['a deletion behind an edit of the same message', remove(place, message), edit(place, message, 'a'), true],
  ['a deletion behind an edit of another', remove(place, message), edit(place, uuidv7(), 'a'), false],
  ['a pin behind a reaction to the same', pin(place, message), react(place, message), true],
  ['a message behind who is added', send(place), addMembers(place, mia), false],
  [
    'a message that names somebody behind who is added',
    send(place, 'Hi', { mentions: [mia] }),
    addMembers(place, mia),
    true,
  ],
  ['who is added behind a message', addMembers(place, mia), send(place), true],
  ['a message behind who is put out', send(place), removeMember(place, mia), true],
  ['who is added behind who is put out', addMembers(place, mia), removeMember(place, mia), true],
  ['one’s name behind what one lets others know', renameProfile('Ann'), setPreference({ seen: true }), false],
  ['one’s name behind one’s name', renameProfile('Ann'), renameProfile('Anna'), true],
]

test.each(cases)('%s', (_, later, earlier, stays) => {
  expect(staysBehind(later, earlier)).toBe(stays)
})
