import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { command as commandSchema, type Command } from '../../shared/protocol/commands.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { CAMPUS_LOG, type Role } from '../../shared/protocol/fields.ts'
import type { CommandResult } from '../../shared/protocol/results.ts'
import { type Erase, toEntry, type RegisterUser } from '../campus/command.ts'
import type { Campus } from '../campus/types.ts'
import { type Decision, isRefused } from '../log/group-commit.ts'
import type { LogPosition } from '../log/lineage.ts'
import type { Sequencer } from '../log/sequencer.ts'
import { submitEach } from '../log/submit-each.ts'
import { SERVER_ID } from './roles.ts'

/** Asked before the sequencer whether each of these may go now: undefined when it may, and otherwise when, or why never. The order of what goes is that of the answers. */
export type Admit = (commands: readonly Command[]) => Promise<({ retryAfterMs: number } | Refusal | undefined)[]>

/** Takes what a client sent, by socket or by HTTP, and answers each command in order. Throws `StoreUnavailable`. */
export async function submitCommands(
  sequencer: Sequencer<Campus>,
  userId: string,
  received: readonly { id: string }[],
  from?: LogPosition,
  admit?: Admit,
): Promise<CommandResult[]> {
  const commands: Command[] = []
  return submitEach<Campus>(received, {
    parse: (content) => {
      const parsed = v.safeParse(commandSchema, content)
      if (!parsed.success) return { issues: parsed.issues }
      commands.push(parsed.output)
      return { entry: toEntry(userId, parsed.output, from) }
    },
    refuse: (sentence) => refusal('bad_request', sentence),
    submit: (entries) =>
      admit === undefined ? sequencer.submit(CAMPUS_LOG, entries) : submitAdmitted(sequencer, entries, admit(commands)),
  })
}

async function submitAdmitted(
  sequencer: Sequencer<Campus>,
  entries: readonly Campus['entry'][],
  admitted: ReturnType<Admit>,
): Promise<Decision<Campus>[]> {
  const slowed = await admitted
  const admittedEntries = entries.filter((_, index) => slowed[index] === undefined)
  const decisions = (admittedEntries.length === 0 ? [] : await sequencer.submit(CAMPUS_LOG, admittedEntries)).values()
  return slowed.map((one) => {
    if (one !== undefined) return { ...refusal('slow_down'), ...one }
    const decision = decisions.next()
    if (decision.done === true) throw new Error('the log decided fewer commands than it took')
    return decision.value
  })
}

/** Writes somebody into the log, with the id as the command's own. Throws `StoreUnavailable`. */
export async function registerUser(
  sequencer: Sequencer<Campus>,
  user: Omit<RegisterUser, 'type'>,
): Promise<{ seq: number } | Refusal> {
  const [decision] = await sequencer.submit(CAMPUS_LOG, [toEntry(user.id, { type: 'user.register', ...user })])
  if (decision === undefined) throw new Error('the log decided nothing about a registration')
  return decision
}

type Governing = Extract<Command, { type: 'role.set' | 'suspension.set' | 'message.take-away' | 'conversation.govern' }>

/** Does what those who govern do, as whoever sits at the server. Throws `StoreUnavailable`. */
export async function actAsServer(sequencer: Sequencer<Campus>, command: Governing): Promise<Refusal | undefined> {
  const [decision] = await sequencer.submit(CAMPUS_LOG, [toEntry(SERVER_ID, command)])
  return decision !== undefined && isRefused(decision) ? decision : undefined
}

/** Gives somebody a role, as whoever sits at the server does. Throws `StoreUnavailable`. */
export function setRole(sequencer: Sequencer<Campus>, userId: string, role: Role): Promise<Refusal | undefined> {
  return actAsServer(sequencer, { type: 'role.set', id: uuidv7(), userId, role })
}

/** Does what is done when somebody deletes their account; what came of each command, in order. Throws `StoreUnavailable`. */
export async function erase(
  sequencer: Sequencer<Campus>,
  userId: string,
  commands: readonly Erase[],
): Promise<(Refusal | undefined)[]> {
  const decisions = await sequencer.submit(
    CAMPUS_LOG,
    commands.map((command) => toEntry(userId, command)),
  )
  return decisions.map((decision) => (isRefused(decision) ? decision : undefined))
}

/** Tells what receipts of a conversation have gathered. Throws `StoreUnavailable`. */
export async function publishReceipts(sequencer: Sequencer<Campus>, conversationId: string): Promise<void> {
  await sequencer.submit(CAMPUS_LOG, [toEntry('', { type: 'receipts.publish', id: uuidv7(), conversationId })])
}
