import { describe, expect, test } from 'vitest'
import { addMembers, answerRequest, leaveForGood, leaveGroup, send } from '../../support/campus.ts'

import { campus, ann, ben, cleo, pullAll, requestsOf, findRows, openContacts } from './contacts.ts'

/* Who leaves for good is not added again. */

openContacts()

describe('leaving for good', () => {
  test('nobody adds one again until one takes it back; the others see one who left', async () => {
    const group = await campus.group(ann, ben)
    await campus.accept(ben, leaveForGood(group))
    expect(requestsOf(await pullAll(ben))).toMatchObject([{ conversationId: group, state: 'left', title: 'A group' }])
    const events = findRows(await pullAll(ann), 'event').map(({ change }) => change.kind)
    expect(events.sort()).toEqual(['began', 'left'])
    await campus.accept(ann, addMembers(group, ben))
    expect(await campus.codeOf(ben, send(group))).toBe('not_a_member')
    expect(await campus.codeOf(ben, answerRequest(group))).toBe('not_found')
    await campus.accept(ben, leaveForGood(group, false))
    expect(requestsOf(await pullAll(ben))).toEqual([])
    await campus.accept(ann, addMembers(group, ben))
    await campus.accept(ben, send(group))
  })

  test('whoever is out already can say so, and does not learn what it is called since', async () => {
    const group = await campus.group(ann, ben)
    await campus.accept(ben, leaveGroup(group))
    await campus.accept(ben, leaveForGood(group), leaveForGood(group))
    expect(requestsOf(await pullAll(ben))).toMatchObject([{ state: 'left', title: null }])
  })

  test('whoever leads hands the group on', async () => {
    const group = await campus.group(ben, ann)
    await campus.accept(ben, leaveForGood(group))
    await campus.accept(ann, addMembers(group, cleo))
  })

  test('is for groups one was in', async () => {
    expect(await campus.codeOf(ben, leaveForGood(await campus.group(ann)))).toBe('not_a_member')
    expect(await campus.codeOf(ben, leaveForGood(await campus.direct(ann, ben)))).toBe('forbidden')
  })
})
