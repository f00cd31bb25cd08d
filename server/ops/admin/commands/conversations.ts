import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { governConversation } from '../../../../shared/protocol/commands.ts'
import { actAsServer } from '../../../commands/submit.ts'
import { listConversations } from '../../../operate/conversations.ts'
import { withCampus } from '../campus.ts'
import { defineCommand, done, refused } from '../command.ts'

export const conversationsList = defineCommand({
  name: 'conversations list',
  summary: 'Lists Everyone and groups, the largest first, with who may write there and how fast; 50 at a time.',
  options: { after: { value: 'PLACE', summary: 'Goes on after the place that the page before named.' } },
  on: 'database',
  async run({ store }, { after }) {
    const page = await listConversations(store.db, after)
    if (page === undefined) return refused('bad_request', '--after takes a place that a page named.')
    const lines = page.conversations.map(
      ({ id, kind, title, members, messages, posting, slowSeconds }) =>
        `${id}  ${kind === 'everyone' ? 'Everyone' : (title ?? '')}: ${members} people, ${messages} messages, ${posting}` +
        (slowSeconds === 0 ? '' : `, once in ${slowSeconds} s`),
    )
    const rest = page.next === null ? [] : [`More follows with --after ${page.next}`]
    return done(page, [...lines, ...rest])
  },
})

export const conversationsGovern = defineCommand({
  name: 'conversations govern',
  summary: 'Decides who may write in Everyone or a group, and how fast.',
  words: { id: 'Which, as the list says.' },
  options: {
    posting: { value: 'WHO', summary: 'everybody, leaders or moderators; everybody where it is left out.' },
    slow: { value: 'SECONDS', summary: 'So many lie between two messages of one person; 0 where it is left out.' },
  },
  on: 'database',
  async run(context, { id: conversationId, posting = 'everybody', slow = '0' }) {
    const content = { type: 'conversation.govern', id: uuidv7(), conversationId, posting, slowSeconds: Number(slow) }
    const parsed = v.safeParse(governConversation, content)
    if (!parsed.success) return refused('bad_request', `That cannot be decided: ${parsed.issues[0].message}.`)
    const failed = await withCampus(context, ({ sequencer }) => actAsServer(sequencer, parsed.output))
    const { posting: who, slowSeconds } = parsed.output
    return (
      failed ?? done({ conversationId, posting: who, slowSeconds }, [`${conversationId}: ${who}, ${slowSeconds} s`])
    )
  },
})
