import type { Role } from '../../../../shared/protocol/fields.ts'
import { createClaimToken } from '../../../accounts/claim.ts'
import { setRole } from '../../../commands/submit.ts'
import { listStandings } from '../../../operate/people.ts'
import { withCampus } from '../campus.ts'
import { type AdminContext, defineCommand, done, type Outcome, refused } from '../command.ts'
import { findPerson } from '../find-person.ts'
import { toLink } from '../to-link.ts'

export const operatorList = defineCommand({
  name: 'operator list',
  summary: 'Lists who operates and who moderates this ChatBox.',
  on: 'database',
  async run({ store }) {
    const people = []
    for (let after: string | null | undefined; after !== null;) {
      const page = await listStandings(store, 'roles', after)
      people.push(...page.people)
      after = page.next
    }
    const lines = people.map(({ handle, name, role }) => `@${handle}  ${name}, ${role}`)
    return done({ people }, lines.length === 0 ? ['Nobody does.'] : lines)
  },
})

export const operatorAdd = defineCommand({
  name: 'operator add',
  summary: 'Makes somebody who has an account an operator.',
  words: { handle: 'Who.' },
  on: 'database',
  run: (context, { handle }) => give(context, handle, 'operator'),
})

export const operatorRemove = defineCommand({
  name: 'operator remove',
  summary: 'Makes an operator or a moderator a member again.',
  words: { handle: 'Who.' },
  on: 'database',
  run: (context, { handle }) => give(context, handle, 'member'),
})

async function give(context: AdminContext, handle: string, role: Role): Promise<Outcome> {
  const who = await findPerson(context.store, handle)
  if ('code' in who) return who
  const failed = await withCampus(context, ({ sequencer }) => setRole(sequencer, who.id, role))
  const is = role === 'operator' ? 'operates this ChatBox now' : 'is a member like everybody now'
  return failed ?? done({ userId: who.id, handle: who.handle, role }, [`@${who.handle} ${is}.`])
}

export const operatorClaimLink = defineCommand({
  name: 'operator claim-link',
  summary: 'Makes the link with which somebody becomes the first operator: once, within an hour.',
  on: 'database',
  async run({ store, config, now }) {
    const token = await createClaimToken(store, now())
    if (token === undefined)
      return refused('has_operator', 'Somebody operates this ChatBox already. They make others operators.')
    const link = toLink(config, `claim=${token}`)
    return done({ link }, ['Whoever opens this link within an hour operates this ChatBox:', link])
  },
})
