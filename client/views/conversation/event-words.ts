import { unreachable } from '../../../shared/unreachable.ts'
import type { EventView } from '../../data/timeline/event-view.ts'
import { countWords } from '../../data/count-words.ts'
import type { Person } from '../../data/people/person.ts'
import { isolate } from '../../ui/isolate.ts'
import { toNames } from './names.ts'

/** Of more people than this only so many are named, less one. */
const NAMED_MAX = 3

/** "Ann added Bo, Cem and 4 others" */
export function toEventWords({ by, change }: Pick<EventView, 'by' | 'change'>, myId: string): string {
  const list = (people: readonly Person[], you = 'you') => {
    const names = people.map((person, index) => (person.id !== myId ? isolate(person.name) : index === 0 ? you : 'you'))
    return toNames(names, names.length <= NAMED_MAX ? NAMED_MAX : NAMED_MAX - 1)
  }
  const who = by.id === myId ? 'You' : isolate(by.name)
  switch (change.kind) {
    case 'began':
      return `${who} began the group “${isolate(change.title)}”`
    case 'renamed':
      return `${who} named the group “${isolate(change.title)}”`
    case 'added':
      return `${who} added ${list(change.people)}`
    case 'asked':
      return `${who} asked ${list(change.people)} to join`
    case 'joined':
      return `${who} joined`
    case 'removed':
      return `${who} removed ${list(change.people)}`
    case 'left':
      return `${list(change.people, 'You')} left${change.leader === null ? '' : `. ${toLeads(change.leader, myId)}`}`
    case 'handed-over':
      return `${who} handed the group over. ${toLeads(change.leader, myId)}`
    case 'picture':
      return `${who} ${change.isSet ? 'changed' : 'removed'} the group’s picture`
    case 'description':
      return `${who} ${change.isSet ? 'changed' : 'removed'} the group’s description`
    case 'governed':
      return `${who} decided: ${WRITERS[change.posting]}${toSlowWords(change.slowSeconds)}`
    default:
      return unreachable(change)
  }
}

const WRITERS = {
  everybody: 'everybody may write here',
  leaders: 'only who leads the group may write here',
  moderators: 'only moderators may write here',
} as const

function toSlowWords(seconds: number): string {
  if (seconds === 0) return ''
  return `, one message every ${seconds < 120 ? countWords(seconds, 'second') : countWords(Math.round(seconds / 60), 'minute')}`
}

function toLeads(leader: Person, myId: string): string {
  return leader.id === myId ? 'You lead it now' : `${isolate(leader.name)} leads it now`
}
