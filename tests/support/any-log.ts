import type { Bus, Channel } from '../../server/bus/bus.ts'
import { toEntry } from '../../server/campus/command.ts'
import { createCampusKind } from '../../server/campus/kind.ts'
import { createRoster } from '../../server/campus/roster.ts'
import { loadRosterEntries } from '../../server/campus/load-roster.ts'
import { type Campus, campusChannel } from '../../server/campus/types.ts'
import { type Classroom, classroomChannel, type StaffEntry } from '../../server/classroom/types.ts'
import { campusRules } from '../../server/commands/rules.ts'
import type { Audiences } from '../../server/live/audiences.ts'
import { createCampusAudiences } from '../../server/live/campus-audiences.ts'
import { createClassroomAudiences } from '../../server/live/classroom-audiences.ts'
import { createHubs, type Hubs } from '../../server/live/hubs.ts'
import { type Committed, type Decision, isRefused } from '../../server/log/group-commit.ts'
import type { KindTypes, LogKind } from '../../server/log/kind.ts'
import { findHead, type LogHead } from '../../server/log/log-tables.ts'
import { createSequencer, type Sequencer, type SequencerOptions } from '../../server/log/sequencer.ts'
import type { Store } from '../../server/store/store.ts'
import type { StaffCommand } from '../../shared/classroom/commands.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import type { Clock } from '../../shared/clock.ts'
import { createCampus, pin, send, setDraft } from './campus.ts'
import { addStaff, ask, createTestClassroom, insertUser, mark } from './classroom.ts'

/** A log of some kind in a database, for what must hold whichever kind it is of. */
export interface AnyLog<Types extends KindTypes> {
  readonly log: string
  readonly store: Store
  readonly kind: LogKind<Types>
  readonly channel: Channel<Committed<Types>>
  /** Somebody who reads, and hears of all that `add` and `change` make. */
  readonly reader: Types['reader']
  createAudiences(store: Store, clock: Clock): Audiences<Types>
  /** Makes a row with this text. */
  add(text?: string): Types['entry']
  /** Changes the row that another one made. */
  change(added: Types['entry']): Types['entry']
  /** Makes nothing that the reader may hear of. */
  hide(): Promise<Types['entry']>
  /** The text of a row that `add` made. */
  textOf(row: Types['row']): string | undefined
}

export async function openCampusLog(store: Store): Promise<AnyLog<Campus>> {
  const campus = createCampus({ store })
  const [ann, ben] = [await campus.register('Ann'), await campus.register('Ben')]
  const group = await campus.group(ann, ben)
  let drafts = 0
  return {
    log: CAMPUS_LOG,
    store,
    kind: createCampusKind(store, campusRules),
    channel: campusChannel,
    reader: { userId: ben },
    createAudiences: (of, clock) =>
      createCampusAudiences(createRoster({ clock, load: (userIds) => loadRosterEntries(of, userIds) })),
    add: (text) => toEntry(ann, send(group, text)),
    change: ({ command }) => toEntry(ann, pin(group, command.id)),
    async hide() {
      drafts += 1
      return toEntry(ann, setDraft(group, `Draft ${drafts}`, { changedAt: drafts }))
    },
    textOf: (row) => (row.type === 'message' ? (row.text ?? undefined) : undefined),
  }
}

export async function openClassroomLog(store: Store): Promise<AnyLog<Classroom>> {
  const { log, kind, owner } = await createTestClassroom({ store })
  return {
    log,
    store,
    kind,
    channel: classroomChannel,
    reader: { audience: 'everybody' },
    createAudiences: createClassroomAudiences,
    add: (text = 'Hello') => ({ by: 'student', command: ask(text).command, keptFor: null, tokenHash: null }),
    change: ({ command }) => toStaffEntry(owner, mark(command.id, { pinned: true })),
    hide: async () => toStaffEntry(owner, addStaff(await insertUser(store, 'One of staff'))),
    textOf: (row) => (row.type === 'question' ? (row.text ?? undefined) : undefined),
  }
}

function toStaffEntry(userId: string, command: StaffCommand): StaffEntry {
  return { by: 'staff', command, userId, keptFor: userId }
}

/** What one server process writes to a log with. */
export interface Writer<Types extends KindTypes> {
  readonly sequencer: Sequencer<Types>
  readonly published: Committed<Types>[]
  readonly errors: unknown[]
  submit(...entries: Types['entry'][]): Promise<Decision<Types>[]>
  /** Submits what must be accepted; resolves with the seq of the last one. */
  accept(...entries: Types['entry'][]): Promise<number>
}

export function createWriter<Types extends KindTypes>(
  { log, store, kind, channel }: AnyLog<Types>,
  { bus, ...parts }: Partial<SequencerOptions<Types>> & { bus?: Pick<Bus, 'publish'> } = {},
): Writer<Types> {
  const published: Committed<Types>[] = []
  const errors: unknown[] = []
  const sequencer = createSequencer<Types>({
    store,
    kind,
    publish(committed) {
      published.push(committed)
      bus?.publish(channel, committed)
    },
    now: Date.now,
    onError: (error) => `error-${errors.push(error)}`,
    ...parts,
  })
  const submit: Writer<Types>['submit'] = async (...entries) => sequencer.submit(log, entries)
  return {
    sequencer,
    published,
    errors,
    submit,
    async accept(...entries) {
      return (await submit(...entries)).reduce((_, decision) => {
        if (isRefused(decision)) throw new Error(`refused with ${decision.code}: ${decision.message}`)
        return decision.seq
      }, 0)
    },
  }
}

/** Hubs for logs of this kind, as one server process has them. */
export function openHubs<Types extends KindTypes>(
  { kind, channel, createAudiences }: AnyLog<Types>,
  parts: { store: Store; bus: Bus; clock: Clock; onError: (error: unknown) => void },
): Hubs<Types> {
  return createHubs<Types>({
    ...parts,
    kind,
    channel,
    createAudiences: () => createAudiences(parts.store, parts.clock),
  })
}

/** Where a log stands in its database. */
export async function findPosition<Types extends KindTypes>({ log, store, kind }: AnyLog<Types>): Promise<LogHead> {
  const found = await findHead(store.db, kind.tables, log)
  if (found === undefined) throw new Error(`there is no log "${log}"`)
  return found
}
