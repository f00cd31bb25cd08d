import * as v from 'valibot'
import { bytes, count } from './amounts.ts'

/*
 * What costs others something, and how much of it somebody may do: from this table come the settings, the lines of the README
 * and a test each. A limit is a bucket: it holds what may be done at once, and is filled again all the time, so whoever has
 * used it up waits for the next drop and not for another day. A limit delays, it loses nothing.
 */

export type LimitPeriod = 'minute' | 'hour' | 'day'

export const LIMIT_PERIOD_MS: Readonly<Record<LimitPeriod, number>> = {
  minute: 60_000,
  hour: 60 * 60_000,
  day: 24 * 60 * 60_000,
}

interface Limit {
  /** What is counted, and of whom. */
  summary: string
  /** How much in each period. */
  default: number
  /** The same of who registered less than a day ago; left out where that makes no difference. */
  newcomer?: number
  per: LimitPeriod
  /** How many periods' worth may come at once: what was done in a day without a network is sent in a moment. */
  burst: number
  unit?: 'bytes'
}

/** How long after registering somebody is a newcomer. Who has a role is none. */
export const NEWCOMER_MS = 24 * 60 * 60_000

export const LIMITS = {
  commands: {
    summary: 'Everything that one person does, of whatever kind.',
    default: 600,
    newcomer: 200,
    per: 'minute',
    burst: 5,
  },
  messages: { summary: 'Messages that one person sends or edits.', default: 60, newcomer: 20, per: 'minute', burst: 5 },
  messagesToEveryone: {
    summary: 'Messages that one person sends to Everyone or edits there. Moderators are not counted.',
    ...{ default: 6, newcomer: 2, per: 'minute', burst: 2 },
  },
  bytesToEveryone: {
    summary: 'The text of what one person sends to Everyone or edits there. Moderators are not counted.',
    ...{ default: 20_000, newcomer: 5_000, per: 'minute', burst: 2, unit: 'bytes' },
  },
  messageBytes: {
    summary: 'The text of the messages that one person sends or edits.',
    ...{ default: 300_000, newcomer: 100_000, per: 'minute', burst: 5, unit: 'bytes' },
  },
  reactions: {
    summary: 'Reactions that one person sets or takes away.',
    default: 120,
    newcomer: 60,
    per: 'minute',
    burst: 5,
  },
  conversations: {
    summary: 'Direct conversations that one person begins.',
    default: 100,
    newcomer: 30,
    per: 'day',
    burst: 1,
  },
  groups: { summary: 'Groups that one person makes.', default: 50, newcomer: 10, per: 'day', burst: 1 },
  peopleAdded: { summary: 'People whom one person adds to groups.', default: 500, newcomer: 100, per: 'day', burst: 1 },
  samePersonAdded: {
    summary: 'Groups to which one person adds the same other person.',
    ...{ default: 15, newcomer: 5, per: 'day', burst: 1 },
  },
  classrooms: { summary: 'Classrooms that one person makes.', default: 30, newcomer: 10, per: 'day', burst: 1 },
  uploadBytes: {
    summary: 'Files that one person uploads.',
    ...{ default: 5_000_000_000, newcomer: 1_000_000_000, per: 'day', burst: 1, unit: 'bytes' },
  },
  searches: { summary: 'Searches of one person for others.', default: 300, per: 'minute', burst: 1 },
  reports: { summary: 'What one person reports to moderators.', default: 50, per: 'day', burst: 1 },
  exports: { summary: 'How often one person takes along what they have here.', default: 5, per: 'day', burst: 1 },
  registrationsByAddress: {
    summary: 'Accounts made from one address: a whole campus may be behind one.',
    ...{ default: 500, per: 'hour', burst: 1 },
  },
  registrations: { summary: 'Accounts made in all.', default: 2_000, per: 'hour', burst: 1 },
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof LIMITS
export const LIMIT_NAMES = Object.keys(LIMITS) as [LimitName, ...LimitName[]]

/** A limit as the table has it, whichever it is. */
export function getLimit(name: LimitName): Limit {
  return LIMITS[name]
}

type NewcomerLimitName = {
  [Name in LimitName]: (typeof LIMITS)[Name] extends { newcomer: number } ? Name : never
}[LimitName]

/** What an operator chooses: how much in each period. What may come at once follows. */
export type LimitValue = number | 'off'

const off = v.pipe(v.string(), v.trim(), v.literal('off'))
/** What holds nobody back is `off`. */
export function toLimitSchema(name: LimitName): v.GenericSchema<unknown, LimitValue> {
  return v.union([off, getLimit(name).unit === 'bytes' ? bytes : count])
}

/** The setting of a limit: for everybody, and for newcomers. */
export type LimitSetting = `limits.${LimitName}` | `limits.${NewcomerLimitName}.newcomer`

export function hasNewcomer(name: LimitName): name is NewcomerLimitName {
  return getLimit(name).newcomer !== undefined
}

/** "a minute", "an hour". */
export function toPeriodWords(per: LimitPeriod): string {
  return `${per === 'hour' ? 'an' : 'a'} ${per}`
}

/** Under which setting the value for somebody stands. */
export function toLimitSetting(name: LimitName, isNewcomer: boolean): LimitSetting {
  return isNewcomer && hasNewcomer(name) ? `limits.${name}.newcomer` : `limits.${name}`
}

/** Every setting of limits, in the order of the table, with its default and its sentence. */
export function listLimitSettings(): { name: LimitName; setting: LimitSetting; default: number; summary: string }[] {
  return LIMIT_NAMES.flatMap((name) => {
    const { summary, per, unit, newcomer, default: value } = getLimit(name)
    const counted = `${unit === 'bytes' ? 'Bytes' : 'How many'} ${toPeriodWords(per)}`
    return [
      { name, setting: toLimitSetting(name, false), default: value, summary: `${summary} ${counted}.` },
      ...(newcomer === undefined
        ? []
        : [
            {
              name,
              setting: toLimitSetting(name, true),
              default: newcomer,
              summary: `${summary} ${counted}, of who registered less than a day ago.`,
            },
          ]),
    ]
  })
}
