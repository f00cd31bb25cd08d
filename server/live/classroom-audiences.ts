import type { Classroom } from '../classroom/types.ts'
import type { Audiences } from './audiences.ts'

/** Everybody in the classroom hears the same; no account has this id. */
const EVERYBODY = 'everybody'

/** Staff go by their account, so that whoever is removed is found; whether somebody is staff, the door has looked at. */
export function createClassroomAudiences(): Audiences<Classroom> {
  const staff = new Set<string>()
  return {
    keyOf: (reader) => (reader.audience === 'everybody' ? EVERYBODY : reader.userId),
    async learn(key) {
      if (key !== EVERYBODY) staff.add(key)
    },
    release: (key) => void staff.delete(key),
    clear: () => undefined,
    findChangedAt: () => 0,
    topicOf: (audience) => audience,
    listTopics: (key) => [key === EVERYBODY ? EVERYBODY : 'staff'],
    mayHear: (key, audience) => (key === EVERYBODY) === (audience === 'everybody'),
    listHearers: (audience) => (audience === 'everybody' ? [EVERYBODY] : staff),
    note({ row }) {
      return row.type === 'staff' && row.removed ? { key: row.userId, becomes: 'ended' } : undefined
    },
  }
}
