import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { role as roleSchema } from '../../../../shared/protocol/fields.ts'
import { createResetToken } from '../../../accounts/reset.ts'
import { actAsServer } from '../../../commands/submit.ts'
import { findPerson as findWhole, listPeople, listStandings } from '../../../operate/people.ts'
import { withCampus } from '../campus.ts'
import { type AdminContext, defineCommand, done, type Outcome, refused } from '../command.ts'
import { deletePerson } from '../delete-person.ts'
import { findPerson, toTimeWords } from '../find-person.ts'
import { toLink } from '../to-link.ts'

const HANDLE = { handle: 'Whose account it is.' }
const ACTOR = { id: null, via: 'command-line' } as const

export const usersList = defineCommand({
  name: 'users list',
  summary: 'Lists people with their roles, by name; 50 at a time.',
  options: {
    words: { value: 'WORDS', summary: 'Only those whose name or handle has words that begin so.' },
    only: { value: 'WHICH', summary: '"roles": those with a role; "suspended": those who are.' },
    after: { value: 'PLACE', summary: 'Goes on after the place that the page before named.' },
  },
  on: 'database',
  async run({ store }, { words = '', only, after }) {
    if (only !== undefined && only !== 'roles' && only !== 'suspended') {
      return refused('bad_request', '--only takes "roles" or "suspended".')
    }
    const page = only === undefined ? await listPeople(store, words, after) : await listStandings(store, only, after)
    if (page === undefined) return refused('bad_request', '--after takes a place that a page named.')
    const lines = page.people.map(({ handle, name, role, suspended }) => {
      const more = [
        ...(role === 'member' ? [] : [role]),
        ...(suspended === null ? [] : [`suspended: ${suspended.reason}`]),
      ]
      return `@${handle}  ${name}${more.length === 0 ? '' : `  (${more.join(', ')})`}`
    })
    const rest = page.next === null ? [] : [`More follows with --after ${page.next}`]
    return done(page, [`${page.total} in all`, ...lines, ...rest])
  },
})

export const usersShow = defineCommand({
  name: 'users show',
  summary: 'Shows one account: role, sessions, how much room its files take, what is reported of it.',
  words: HANDLE,
  on: 'database',
  async run({ store }, { handle }) {
    const who = await findPerson(store, handle)
    if ('code' in who) return who
    const found = await findWhole(store, who.id)
    if (found === undefined) return refused('not_found', 'Nobody has this account.')
    const { person, sessions, filesBytes, groups, openReports } = found
    return done(found, [
      `@${person.handle}  ${person.name}, ${person.role}, since ${toTimeWords(person.createdAt)}`,
      ...(person.suspended === null
        ? []
        : [`suspended ${toTimeWords(person.suspended.at)}: ${person.suspended.reason}`]),
      `${groups} groups, ${filesBytes} bytes of files, ${openReports} open reports`,
      ...sessions.map(({ id, device, lastSeenAt }) => `session ${id}  ${device}, last here ${toTimeWords(lastSeenAt)}`),
    ])
  },
})

/** Gives a command about somebody as whoever sits at the server does. */
async function act(
  context: AdminContext,
  handle: string,
  toCommand: (userId: string) => Parameters<typeof actAsServer>[1],
  said: string,
): Promise<Outcome> {
  const who = await findPerson(context.store, handle)
  if ('code' in who) return who
  const failed = await withCampus(context, ({ sequencer }) => actAsServer(sequencer, toCommand(who.id)))
  return failed ?? done({ userId: who.id, handle: who.handle }, [`@${who.handle} ${said}.`])
}

export const usersSuspend = defineCommand({
  name: 'users suspend',
  summary: 'Suspends an account: its sessions end, and the person reads why.',
  words: HANDLE,
  options: { for: { value: 'REASON', summary: 'Why, as the person reads it. Required.' } },
  on: 'database',
  async run(context, { handle, for: reason }) {
    if (reason === undefined) return refused('bad_request', 'Say why with --for REASON: the person reads it.')
    return act(context, handle, (userId) => ({ type: 'suspension.set', id: uuidv7(), userId, reason }), 'is suspended')
  },
})

export const usersRestore = defineCommand({
  name: 'users restore',
  summary: 'Restores a suspended account.',
  words: HANDLE,
  on: 'database',
  run: (context, { handle }) =>
    act(
      context,
      handle,
      (userId) => ({ type: 'suspension.set', id: uuidv7(), userId, reason: null }),
      'is suspended no more',
    ),
})

export const usersRole = defineCommand({
  name: 'users role',
  summary: 'Gives somebody a role, or takes it.',
  words: { ...HANDLE, role: 'One of member, moderator and operator.' },
  on: 'database',
  async run(context, { handle, role }) {
    const parsed = v.safeParse(roleSchema, role)
    if (!parsed.success) return refused('bad_request', 'A role is one of member, moderator and operator.')
    const is = { member: 'a member', moderator: 'a moderator', operator: 'an operator' }[parsed.output]
    return act(
      context,
      handle,
      (userId) => ({ type: 'role.set', id: uuidv7(), userId, role: parsed.output }),
      `is ${is}`,
    )
  },
})

export const usersResetLink = defineCommand({
  name: 'users reset-link',
  summary: 'Makes a link with which somebody chooses another password: once, within a day.',
  words: HANDLE,
  on: 'database',
  async run({ store, config, now }, { handle }) {
    const who = await findPerson(store, handle)
    if ('code' in who) return who
    const token = await createResetToken(store, ACTOR, who.id, now())
    if (typeof token !== 'string') return token
    const link = toLink(config, `reset=${token}`)
    return done({ handle: who.handle, link }, [`Give this link to @${who.handle}; it holds for a day, and once:`, link])
  },
})

export const usersDelete = defineCommand({
  name: 'users delete',
  summary: 'Deletes an account for good, as the person can themselves. It cannot be undone.',
  words: { ...HANDLE, messages: '"keep" leaves what they wrote as a former member’s; "remove" deletes it too.' },
  on: 'database',
  async run(context, { handle, messages }) {
    if (messages !== 'keep' && messages !== 'remove') return refused('bad_request', 'MESSAGES is "keep" or "remove".')
    const who = await findPerson(context.store, handle)
    if ('code' in who) return who
    const failed = await deletePerson(context, who.id, messages)
    return failed ?? done({ userId: who.id, messages }, [`The account @${who.handle} is deleted.`])
  },
})
