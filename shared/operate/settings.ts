import * as v from 'valibot'
import { words } from '../classroom/fields.ts'
import { oneLine } from '../one-line.ts'
import { bytes } from './amounts.ts'
import { type LimitSetting, type LimitValue, listLimitSettings, toLimitSchema } from './limits.ts'
import { type RegistrationMode, registrationMode } from './registration-mode.ts'

/*
 * What an operator may change while ChatBox runs. Everything else is a setting of the environment, which `server/config.ts`
 * reads at the start.
 */

/** A domain as it stands behind the @ of an address: `example.edu`, without what is above or below it. */
const domain = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.regex(/^(?=.{3,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/, 'is not a domain'),
)

interface Definition<Value> {
  schema: v.GenericSchema<unknown, Value>
  default: Value
  /** What it does, in a sentence. */
  summary: string
}

function define<Value>(schema: v.GenericSchema<unknown, Value>, value: Value, summary: string): Definition<Value> {
  return { schema, default: value, summary }
}

const LIMIT_SETTINGS = Object.fromEntries(
  listLimitSettings().map(({ name, setting, default: value, summary }) => [
    setting,
    define<LimitValue>(toLimitSchema(name), value, `${summary} "off" is no limit.`),
  ]),
) as Record<LimitSetting, Definition<LimitValue>>

/** Every one of these settings: its values, what it is where nobody changed it, and what it means. */
export const SETTINGS = {
  registration: define<RegistrationMode>(
    registrationMode,
    'open',
    'Who may make an account: everybody (open), by invitation, with an e-mail address of certain domains (email), through single sign-on (sso), or nobody (closed). With PUBLIC_URL set it is by invitation to begin with.',
  ),
  registrationDomains: define<string[]>(
    v.pipe(v.array(domain), v.maxLength(100)),
    [],
    'The domains of e-mail addresses with which somebody may make an account, where that is by e-mail.',
  ),
  passwordsForOperatorsOnly: define<boolean>(
    v.boolean(),
    false,
    'Whether only operators may sign in with a password, and everybody else comes through single sign-on.',
  ),
  contact: define<string>(
    v.union([v.literal(''), oneLine(200)]),
    '',
    'Whom to ask, as people read it when something is closed to them: a name, an address, a room.',
  ),
  words: define<string[]>(
    words,
    [],
    'Words that hold a question in every classroom until staff have looked at it, besides its own, and that only moderators write to Everyone.',
  ),
  operatorsNeedPasskey: define<boolean>(
    v.boolean(),
    false,
    'Whether operators and moderators have to sign in with a passkey.',
  ),
  'storage.file': define<number>(
    bytes,
    100_000_000,
    'The largest file, such as 100 MB. To begin with it is FILE_BYTES_MAX.',
  ),
  'storage.account': define<number>(
    bytes,
    2_000_000_000,
    'The room that the files of one account may take. To begin with it is ACCOUNT_FILES_BYTES_MAX.',
  ),
  'storage.all': define<number | 'off'>(
    v.union([v.pipe(v.string(), v.trim(), v.literal('off')), bytes]),
    'off',
    'The room that all files together may take; "off" is as much as the disk has. To begin with it is FILES_BYTES_MAX.',
  ),
  ...LIMIT_SETTINGS,
} as const satisfies Record<string, Definition<never> | Definition<unknown>>

export type SettingName = keyof typeof SETTINGS
export type SettingValues = { -readonly [Name in SettingName]: (typeof SETTINGS)[Name]['default'] }
export const SETTING_NAMES = Object.keys(SETTINGS) as [SettingName, ...SettingName[]]
export const settingName = v.picklist(SETTING_NAMES)
