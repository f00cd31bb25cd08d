import {
  hasNewcomer,
  LIMIT_NAMES,
  type LimitName,
  type LimitSetting,
  toLimitSetting,
} from '../../../shared/operate/limits.ts'
import type { SettingName } from '../../../shared/operate/settings.ts'

interface Words {
  label: string
  heading: string
}

/** What each limit is about, and how much in which time. */
const LIMIT_WORDS: Record<LimitName, string> = {
  commands: 'Whatever somebody does, a minute',
  messages: 'Messages by one person, a minute',
  messagesToEveryone: 'Messages to Everyone by one person, a minute',
  bytesToEveryone: 'Bytes of text to Everyone by one person, a minute',
  messageBytes: 'Bytes of text by one person, a minute',
  reactions: 'Reactions by one person, a minute',
  conversations: 'New direct conversations by one person, a day',
  groups: 'New groups by one person, a day',
  peopleAdded: 'People added to groups by one person, a day',
  samePersonAdded: 'Groups to which one person adds the same other one, a day',
  classrooms: 'New classrooms by one person, a day',
  uploadBytes: 'Bytes of files by one person, a day',
  searches: 'Searches for people by one person, a minute',
  reports: 'Reports by one person, a day',
  exports: 'Exports of one’s own data by one person, a day',
  registrationsByAddress: 'New accounts from one address, an hour',
  registrations: 'New accounts in all, an hour',
}

const OF_LIMITS = Object.fromEntries(
  LIMIT_NAMES.flatMap((name) => [
    [toLimitSetting(name, false), { label: LIMIT_WORDS[name], heading: 'Limits' }],
    ...(hasNewcomer(name)
      ? [[toLimitSetting(name, true), { label: `${LIMIT_WORDS[name]}: newcomers`, heading: 'Limits' }]]
      : []),
  ]),
) as Record<LimitSetting, Words>

/** How a setting is called on the page, and under which heading it stands. */
export const SETTING_WORDS: Record<SettingName, Words> = {
  registration: { label: 'Who may make an account', heading: 'Who may come in' },
  registrationDomains: { label: 'Domains of e-mail addresses', heading: 'Who may come in' },
  passwordsForOperatorsOnly: { label: 'Passwords are for operators only', heading: 'Who may come in' },
  contact: { label: 'Whom to ask', heading: 'Who may come in' },
  words: { label: 'Words that are not wanted', heading: 'What is said' },
  operatorsNeedPasskey: { label: 'Operators and moderators sign in with a passkey', heading: 'Who answers for it' },
  'storage.file': { label: 'The largest file', heading: 'Storage' },
  'storage.account': { label: 'Room for the files of one account', heading: 'Storage' },
  'storage.all': { label: 'Room for all files', heading: 'Storage' },
  ...OF_LIMITS,
}
