import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { uuidv7 } from 'uuidv7'
import type { Command } from '../../../shared/protocol/commands.ts'
import { CAMPUS_LOG } from '../../../shared/protocol/fields.ts'
import { createPasswordHasher } from '../../accounts/password-hasher.ts'
import { toEntry, type RegisterUser } from '../../campus/command.ts'
import { actAsServer } from '../../commands/submit.ts'
import { createCampusKind } from '../../campus/kind.ts'
import { campusRules } from '../../commands/rules.ts'
import type { FileHome } from '../../files/home.ts'
import { isRefused } from '../../log/group-commit.ts'
import { createSequencer } from '../../log/sequencer.ts'
import type { Store } from '../../store/store.ts'
import { fillLecture } from './fill-lecture.ts'
import { DEMO_PEOPLE } from './people.ts'
import { planDemo } from './plan.ts'
import type { CommandStep, Member } from './thread-steps.ts'
import { startUploads } from './uploads.ts'

export const DEMO_PASSWORD = 'demo-campus'
const PICTURES = join(import.meta.dirname, 'pictures')
/** Everybody signed up in the weeks before the year begins. */
const SIGNED_UP_MS = 380 * 24 * 60 * 60 * 1000

interface RegisterStep {
  at: number
  userId: string
  command: RegisterUser
}

export interface DemoOptions {
  now: number
  messages: number
  onProgress: (done: number, total: number) => void
}

/**
 * Fills an empty store and an empty home of files with the demo's campus, through the rules that hold for everybody, its
 * year ending at `now`. Throws when a command or a file is refused: then the demo does not keep the rules.
 */
export async function fillDemo(store: Store, home: FileHome, options: DemoOptions): Promise<void> {
  const { now, messages, onProgress } = options
  let time = now
  const sequencer = createSequencer({
    store,
    kind: createCampusKind(store, campusRules),
    publish: () => undefined,
    now: () => time,
    onError(error) {
      throw error
    },
  })
  const submit = async (steps: readonly (CommandStep | RegisterStep)[]) => {
    time = steps.at(-1)?.at ?? time
    const decisions = await sequencer.submit(
      CAMPUS_LOG,
      steps.map(({ userId, command }) => toEntry(userId, command)),
    )
    for (const decision of decisions) {
      if (isRefused(decision)) throw new Error(`A step of the demo was refused: ${decision.message}`)
    }
  }

  const passwordHash = await createPasswordHasher().hash(DEMO_PASSWORD)
  const people: Member[] = DEMO_PEOPLE.map((person) => ({ ...person, id: uuidv7() }))
  await store.db
    .insertInto('credential')
    .values(people.map(({ id }) => ({ user_id: id, password_hash: passwordHash })))
    .execute()
  const registrations = people.map(({ id, handle, name }, index): RegisterStep => {
    return {
      at: now - SIGNED_UP_MS + index * 60 * 1000,
      userId: id,
      command: { type: 'user.register', id, handle, name },
    }
  })
  await submit(registrations)
  const [lena] = people
  if (lena !== undefined)
    await actAsServer(sequencer, { type: 'role.set', id: uuidv7(), userId: lena.id, role: 'operator' })
  const planned = planDemo(people, now, messages)
  const uploads = startUploads(
    store,
    home,
    planned.filter((step) => 'file' in step),
  )
  const steps = [...planPictures(people, now), ...planned.filter((step) => 'command' in step)]
  let done = 0
  try {
    for (const batch of toBatches(steps)) {
      for (const fileId of batch.flatMap(listFiles)) await uploads.arrived(fileId)
      await submit(batch)
      done += batch.length
      onProgress(done, steps.length)
    }
  } finally {
    await uploads.close()
  }
  await sequencer.close()
  const [first] = people
  if (first !== undefined) await fillLecture(store, first.id, now)
}

/** What was done within a minute is written at once, at the time of the last of it. */
function toBatches(steps: readonly CommandStep[]): CommandStep[][] {
  const batches: CommandStep[][] = []
  for (const step of steps) {
    const batch = batches.at(-1)
    if (batch?.[0] !== undefined && step.at - batch[0].at < 60_000) batch.push(step)
    else batches.push([step])
  }
  return batches
}

function listFiles({ command }: CommandStep): string[] {
  return command.type === 'message.send' ? (command.files ?? []).map(({ id }) => id) : []
}

function planPictures(people: readonly Member[], now: number): CommandStep[] {
  return readdirSync(PICTURES).flatMap((file): CommandStep[] => {
    const owner = people.find(({ handle }) => `${handle}.jpg` === file)
    if (owner === undefined) return []
    const picture = readFileSync(join(PICTURES, file)).toString('base64')
    const command: Command = { type: 'profile.picture', id: uuidv7(), picture }
    return [{ at: now - SIGNED_UP_MS + 10 * 24 * 60 * 60 * 1000, userId: owner.id, command }]
  })
}
