import { createInvitation, listInvitations, withdrawInvitation } from '../../../accounts/invitations.ts'
import { defineCommand, done } from '../command.ts'
import { readNumber, toTimeWords } from '../find-person.ts'
import { toLink } from '../to-link.ts'

const ACTOR = { id: null, via: 'command-line' } as const
const DAY_MS = 24 * 60 * 60_000
const USES_MAX = 10_000

export const invitationsList = defineCommand({
  name: 'invitations list',
  summary: 'Lists invitations, how often each was used, and until when it holds.',
  on: 'database',
  async run({ store, now }) {
    const invitations = await listInvitations(store.db)
    const lines = invitations.map(({ id, note, uses, usesMax, endsAt, withdrawnAt }) => {
      const state =
        withdrawnAt !== null
          ? 'withdrawn'
          : endsAt === null
            ? 'without an end'
            : `${endsAt > now() ? 'until' : 'ended'} ${toTimeWords(endsAt)}`
      return `${id}  ${uses} of ${usesMax} used, ${state}${note === '' ? '' : `  ${note}`}`
    })
    return done({ invitations }, lines.length === 0 ? ['There are none.'] : lines)
  },
})

export const invitationsCreate = defineCommand({
  name: 'invitations create',
  summary: 'Makes a link with which people make accounts, and tells it this once.',
  options: {
    uses: { value: 'N', summary: 'How many may use it: 1 where it is left out.' },
    days: { value: 'N', summary: 'For how many days it holds: until it is withdrawn, where it is left out.' },
    note: { value: 'TEXT', summary: 'What it is for, for whoever reads the list.' },
  },
  on: 'database',
  async run({ store, config, now }, { uses = '1', days, note = '' }) {
    const [count, span] = [
      readNumber(uses, '--uses', 1, USES_MAX),
      days === undefined ? null : readNumber(days, '--days', 1),
    ]
    if (typeof count !== 'number') return count
    if (span !== null && typeof span !== 'number') return span
    const endsAt = span === null ? null : now() + span * DAY_MS
    const { id, token } = await createInvitation(store, ACTOR, { note, uses: count, endsAt }, now())
    const link = toLink(config, `invite=${token}`)
    return done({ id, link, uses: count, endsAt }, [`Up to ${count} may make an account with this link:`, link])
  },
})

export const invitationsWithdraw = defineCommand({
  name: 'invitations withdraw',
  summary: 'Ends an invitation; whoever came by it keeps their account.',
  words: { id: 'Which, as the list says.' },
  on: 'database',
  async run({ store, now }, { id }) {
    return (await withdrawInvitation(store, ACTOR, id, now())) ?? done({ id }, ['It lets in nobody any more.'])
  },
})
