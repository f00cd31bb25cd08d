import { expect, test } from 'vitest'
import { toActWords } from '../../../client/data/operate/act-words.ts'
import { SETTING_WORDS } from '../../../client/data/operate/setting-words.ts'
import { toRole } from '../../../client/data/operate/watch-standing.ts'
import { ACTS, type AuditRow } from '../../../shared/operate/acts.ts'
import { SETTING_NAMES } from '../../../shared/operate/settings.ts'
import { ann, ben } from './example.ts'

const row = (changes: Partial<AuditRow>): AuditRow => ({
  ...{ n: 1, at: 0, actorId: ann, via: 'app', act: 'role.change', subjectKind: 'person', subjectId: ben, detail: {} },
  ...changes,
})
const nameOf = (id: string) => (id === ann ? 'Ann' : id === ben ? 'Ben' : 'a former member')

const sentences: [Partial<AuditRow>, string][] = [
  [{ detail: { after: 'operator' } }, 'Ann made Ben an operator'],
  [{ act: 'person.suspend', detail: { reason: 'Spam' } }, 'Ann suspended Ben: “Spam”'],
  [{ act: 'person.end-sessions' }, 'Ann signed Ben out everywhere'],
  [{ act: 'invitation.create', subjectId: 'x', detail: { note: '' } }, 'Ann made an invitation'],
  [{ act: 'invitation.create', subjectId: 'x', detail: { note: 'Term' } }, 'Ann made an invitation “Term”'],
  [{ act: 'setting.change', subjectId: 'contact' }, 'Ann changed “Whom to ask”'],
  [{ act: 'setting.change', subjectId: 'gone' }, 'Ann changed “gone”'],
  [{ actorId: null, via: 'command-line', act: 'backup.make' }, 'Somebody at the server made a backup'],
  [{ actorId: null, via: 'server', detail: { after: 'member' } }, 'The server made Ben a member'],
]
test.each(sentences)('an act is a sentence: %j', (changes, sentence) => {
  expect(toActWords(row(changes), nameOf)).toBe(sentence)
})

test('every act has words, and every setting a name', () => {
  for (const act of ACTS) expect(toActWords(row({ act }), nameOf)).toMatch(/^Ann [a-z]+ /)
  expect(Object.keys(SETTING_WORDS)).toEqual(SETTING_NAMES)
})

test('who is suspended may do no more than a member', () => {
  const standing = { type: 'standing', seq: 1, role: 'operator', suspended: null } as const
  expect(toRole(undefined)).toBe('member')
  expect(toRole(standing)).toBe('operator')
  expect(toRole({ ...standing, suspended: { at: 1, reason: 'x' } })).toBe('member')
})
