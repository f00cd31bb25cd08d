import * as v from 'valibot'
import { oneLine } from '../one-line.ts'
import { registrationMode } from '../operate/registration-mode.ts'
import type { command } from './commands.ts'
import { displayName, handle, id, lineageId, logId, password, seq, timeMs } from './fields.ts'
import { COMMANDS_PER_REQUEST_MAX, PASSKEY_NAME_MAX, PEOPLE_PER_REQUEST_MAX, SEARCH_WORDS_MAX } from './limits.ts'
import { commandResult } from './results.ts'
import { eventRow, messageRow, reactionRow, revisionRow, row, userRow } from './rows.ts'

/**
 * A request may say whose it is. When the session belongs to somebody else, because a second account
 * signed in on the same device meanwhile, it is refused with `not_signed_in`.
 */
export const ACCOUNT_HEADER = 'x-chatbox-account'

/** Where a lineage begins, and what it is called. */
export const lineage = v.object({ id: lineageId, start: seq })
export type Lineage = v.InferOutput<typeof lineage>

/**
 * `GET /api/pull?log=&lineage=&cursor=&next=&wait=`; everything in a query is a string. `lineage` is the one in which
 * the cursor was given, and empty without one; `epoch` is of version 2. With `far` whoever has missed more messages than
 * so many gets the newest of each conversation, and `holes`.
 */
export const pullQuery = v.object({
  log: logId,
  lineage: v.optional(lineageId, ''),
  epoch: v.optional(v.pipe(v.string(), v.maxLength(40)), ''),
  cursor: v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'not a position'), v.transform(Number)),
  next: v.optional(v.pipe(v.string(), v.maxLength(120))),
  wait: v.optional(v.picklist(['0', '1'])),
  far: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,8}$/, 'not a number of messages'), v.transform(Number))),
})

/** Messages that a page leaves out: those with an `n` between these two, of which some may have come all the same. */
export const hole = v.object({ conversationId: id, after: v.number(), before: v.number() })
export type Hole = v.InferOutput<typeof hole>

/**
 * One page: `rows` are all that changed after `from` up to `to`, each once at its latest state.
 * There is more while `to < head`, or while `next` is set: then the same call goes on with it.
 * Only a first pull (cursor 0) and that of who is far behind set `next`, and their `to` stays `from` until the last page.
 */
export const pullPage = v.object({
  /** Of version 2. */
  epoch: v.string(),
  /** The lineage in which `to` is given; a server of version 2 has none. */
  lineage: v.optional(lineage),
  from: seq,
  to: seq,
  head: seq,
  next: v.nullable(v.string()),
  rows: v.array(row),
  holes: v.optional(v.array(hole)),
})
export type PullPage = v.InferOutput<typeof pullPage>

/**
 * `GET /api/history?conversation=&before=&limit=`: the messages with the greatest n below `before`, n
 * ascending, with their reactions and revisions, and what happened after each. With `at`, milliseconds since 1970, instead of
 * `before`: the first messages sent at or after that moment, or the last ones when there are none.
 */
export const historyQuery = v.object({
  conversation: id,
  before: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/, 'not the number of a message'), v.transform(Number)),
  ),
  at: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'not a moment'), v.transform(Number))),
  limit: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,2}$/, 'not a number up to 999'), v.transform(Number))),
})
/** `head` is the log's position at which these rows were read. While Everyone is crowded, those come along whom they name. */
export const historyPage = v.object({
  epoch: v.string(),
  lineage: v.optional(lineage),
  head: seq,
  rows: v.array(v.variant('type', [userRow, messageRow, reactionRow, revisionRow, eventRow])),
})
export type HistoryPage = v.InferOutput<typeof historyPage>

/**
 * `POST /api/commands`: taken in this order, each checked on its own, answered in this order. When the server does not
 * know the position (`lineage` and `cursor`) none is taken, but all refused with `lineage_ended`: pull first.
 */
export const commandsBody = v.object({
  lineage: v.optional(lineageId, ''),
  cursor: v.optional(seq, 0),
  /** Of version 2. */
  epoch: v.optional(v.pipe(v.string(), v.maxLength(40)), ''),
  commands: v.pipe(v.array(v.looseObject({ id: v.string() })), v.minLength(1), v.maxLength(COMMANDS_PER_REQUEST_MAX)),
})
export type CommandsBody = { commands: v.InferOutput<typeof command>[] }
export const commandsAnswer = v.object({ results: v.array(commandResult) })

/** `GET /api/seen?conversation=&n=`: how many others have read message n, where no `seen` rows tell. */
export const seenQuery = v.object({
  conversation: id,
  n: v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/, 'not the number of a message'), v.transform(Number)),
})
export const seenAnswer = v.object({ count: v.number() })

/**
 * `GET /api/people?words=&after=`: whose name or handle has a word that begins so, for each of these words, by name. Without
 * words that is everybody. `after` is the `next` of the page before.
 */
export const peopleQuery = v.object({
  words: v.optional(v.pipe(v.string(), v.maxLength(SEARCH_WORDS_MAX)), ''),
  after: v.optional(v.pipe(v.string(), v.maxLength(300))),
})
/** `POST /api/people`: what these people are called now. Who has no account is left out. */
export const peopleBody = v.object({ ids: v.pipe(v.array(id), v.minLength(1), v.maxLength(PEOPLE_PER_REQUEST_MAX)) })
/** `head` is the log's position at which they were read, `total` how many are registered. Only a search has a `next`. */
export const peopleAnswer = v.object({
  head: seq,
  total: v.number(),
  crowded: v.boolean(),
  people: v.array(userRow),
  next: v.nullable(v.string()),
})
export type PeopleAnswer = v.InferOutput<typeof peopleAnswer>

/** What is in a link that was made for somebody, behind its `#`. */
export const linkToken = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/, 'is not what a link holds'))
/** An address to which mail goes, in lower case: what stands before its last @, and a domain of letters, digits and dashes. */
export const emailAddress = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(254, 'is too long'),
  v.regex(
    /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/,
    'is no address',
  ),
)
/** `POST /api/register`, with whatever it takes here to make an account; `claim` makes whoever registers an operator. */
export const registerBody = v.object({
  handle,
  name: displayName,
  password,
  invitation: v.optional(linkToken),
  claim: v.optional(linkToken),
  email: v.optional(v.object({ address: emailAddress, code: v.pipe(v.string(), v.trim(), v.maxLength(20)) })),
})
/** `GET /api/registration`: how somebody may make an account, and what else the first screen has to know. */
export const registrationAnswer = v.object({
  mode: registrationMode,
  /** Of which domains an address has to be, where it takes one. */
  domains: v.array(v.string()),
  contact: v.string(),
  /** Whether who forgot their password can ask for a link by mail. */
  canReset: v.boolean(),
  /** Single sign-on, by what it is called, and whether it cannot be reached; left out where there is none. */
  sso: v.optional(v.object({ name: v.string(), isAway: v.boolean() })),
})
export type RegistrationAnswer = v.InferOutput<typeof registrationAnswer>
/** `GET /api/sso/newcomer`: what somebody may want to be called who came through single sign-on and has no account; empty is nothing. */
export const ssoNewcomer = v.object({ handle: v.string(), name: v.string(), provider: v.string() })
export type SsoNewcomer = v.InferOutput<typeof ssoNewcomer>
/** `POST /api/sso/register`: an account without a password. */
export const ssoRegisterBody = v.omit(registerBody, ['password'])
/** `POST /api/account/sso`: where to go for linking a single sign-on with one's account. */
export const addressAnswer = v.object({ address: v.string() })
/** A passkey as its owner sees it; `lastUsedAt` is the beginning of a step of five minutes. */
export const passkey = v.object({
  id,
  name: v.string(),
  createdAt: timeMs,
  lastUsedAt: v.nullable(timeMs),
  /** Whether its keeper has copies of it on other devices. */
  backedUp: v.boolean(),
})
export type Passkey = v.InferOutput<typeof passkey>
const credential = {
  id: v.pipe(v.string(), v.maxLength(2_000)),
  rawId: v.string(),
  type: v.literal('public-key'),
  clientExtensionResults: v.optional(v.looseObject({}), {}),
}
/** A name of one's own for a passkey. */
export const passkeyName = oneLine(PASSKEY_NAME_MAX)
const transport = v.picklist(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])
/** `POST /api/account/passkeys`: a `PublicKeyCredential` with an attestation, as `toJSON` writes it (Web Authentication, level 3). */
export const passkeyCreated = v.object({
  name: passkeyName,
  response: v.object({
    ...credential,
    response: v.object({
      clientDataJSON: v.string(),
      attestationObject: v.string(),
      transports: v.optional(v.fallback(v.array(transport), []), []),
    }),
  }),
})
export type PasskeyCreated = v.InferOutput<typeof passkeyCreated>
/** `POST /api/passkeys/sign-in`, `POST /api/account/proof/passkey`: the same with an assertion. */
export const passkeySigned = v.object({
  response: v.object({
    ...credential,
    response: v.object({
      clientDataJSON: v.string(),
      authenticatorData: v.string(),
      signature: v.string(),
      userHandle: v.exactOptional(v.string()),
    }),
  }),
})
export type PasskeySigned = v.InferOutput<typeof passkeySigned>
/** `POST /api/account/passkeys/:id`. */
export const passkeyNameBody = v.object({ name: passkeyName })
/** `POST …/options`: what the browser's dialog is asked with, a `PublicKeyCredentialCreationOptionsJSON` or `…RequestOptionsJSON`. */
export const passkeyOptions = v.object({ options: v.looseObject({ challenge: v.string() }) })

/** `GET /api/account/ways-in`. */
export const waysIn = v.object({
  /** Whether there is one that opens the account. */
  hasPassword: v.boolean(),
  identities: v.array(v.object({ id, label: v.string(), createdAt: timeMs })),
  passkeys: v.array(passkey),
})
export type WaysIn = v.InferOutput<typeof waysIn>
/** `POST /api/account/proof`: shows again that it is them. */
export const proofBody = v.object({ password: v.string() })
/** `POST /api/registration/code`. */
export const registrationCodeBody = v.object({ address: emailAddress })
/** `POST /api/claim`, of who has an account already. */
export const claimBody = v.object({ token: linkToken })
/** `POST /api/reset`: another password, with a link. */
export const resetBody = v.object({ token: linkToken, password })
/** `POST /api/forgotten`: a link by mail, for whoever it may be. */
export const forgottenBody = v.object({ handle: v.pipe(v.string(), v.maxLength(254)) })
/** `POST /api/sign-in`. Not checked for form: whatever is wrong gets the one answer. */
export const signInBody = v.object({ handle: v.string(), password: v.string() })
/** `POST /api/password`: ends every other session. */
export const changePasswordBody = v.object({ current: v.string(), next: password })
/** `POST /api/account/delete`: for good. What one wrote stays, as a former member's, or goes too. */
export const deleteAccountBody = v.object({ password: v.string(), messages: v.picklist(['keep', 'remove']) })

/** `GET /api/me`, and the answer to registering and signing in. */
export const me = v.object({ user: v.omit(userRow, ['type', 'seq', 'former']), sessionId: id })
export type Me = v.InferOutput<typeof me>

export const session = v.object({
  id,
  /** What the browser calls itself, shortened: "Firefox on Android". */
  device: v.string(),
  createdAt: timeMs,
  lastSeenAt: timeMs,
  /** When it last said how far it holds the log; null before it ever did. */
  lastSyncAt: v.nullable(timeMs),
  /** Whether that is all of the log. */
  upToDate: v.boolean(),
  current: v.boolean(),
})
/** `GET /api/sessions` lists one's own; `DELETE /api/sessions/:id` ends one. */
export const sessionsAnswer = v.object({ sessions: v.array(session) })
export type Session = v.InferOutput<typeof session>
