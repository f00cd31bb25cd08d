import { expect, test } from 'vitest'
import { findDestinations, type Destination } from '../../../../client/data/conversations/find-destinations.ts'
import { summarize } from '../../../../client/data/conversations/conversation-summary.ts'
import { ann, ben, conversation, eva, exampleId, findPerson, member, MINUTE, NOON } from '../example.ts'

const direct = exampleId(200)
const club = exampleId(201)
const chess = exampleId(202)

const summaries = summarize({
  ...{ myId: ann, latest: [], readings: [], settings: [], outbox: [], drafts: [], keptDrafts: [], findPerson },
  ...{ faces: new Map(), uncounted: new Map(), mentions: new Map(), receipts: new Map(), now: NOON },
  conversations: [
    conversation({ id: direct, kind: 'direct', title: null, creatorId: null, createdAt: NOON }),
    conversation({ id: club, title: 'The Eva fan club', createdAt: NOON + 2 * MINUTE }),
    conversation({ id: chess, title: 'Évening chess', createdAt: NOON + MINUTE }),
  ],
  members: [member(ann, direct), member(ben, direct), member(ann, club), member(ann, chess)],
})
const people = [findPerson(ben), findPerson(eva)]

function find(words: string): string[] {
  const toName = (destination: Destination) =>
    destination.kind === 'person' ? `@${destination.person.handle}` : destination.summary.title
  return findDestinations(summaries, people, words).map(toName)
}

test('without words the last active conversations are found', () => {
  expect(find(' ')).toEqual(['The Eva fan club', 'Évening chess', 'Ben'])
})

test('what begins so comes first, conversations before people one has not written to', () => {
  expect(find('ev')).toEqual(['Évening chess', 'The Eva fan club', '@eva'])
})

test('somebody one has written to is found once, also by handle', () => {
  expect(find('@ben')).toEqual(['Ben'])
})

test('every word has to be there', () => {
  expect(find('club eva')).toEqual(['The Eva fan club'])
  expect(find('club ben')).toEqual([])
})
