import { createHash, createHmac } from 'node:crypto'
import { createStudentApi } from '../../../client/sync/classroom/api.ts'
import { studentDatabaseName, type OwnReceipt } from '../../../client/sync/classroom/database.ts'
import { NO_REFILL } from '../../../client/sync/classroom/refill-tokens.ts'
import { startStudent } from '../../../client/sync/classroom/follow-student.ts'
import { enqueueStudent } from '../../../client/sync/classroom/student-outbox.ts'
import { leadInTurn } from '../../../client/sync/leader.ts'
import type { StudentCommand, Token } from '../../../shared/classroom/commands.ts'
import { createBrowser, type Browser, type Tab } from '../browser.ts'
import { slowDown } from '../disks.ts'
import { createClassroomDisk, createMemoryStorage, type ClassroomDisk } from '../memory-classroom.ts'
import { createNetwork } from '../network.ts'
import type { ServerProcess } from '../process.ts'
import type { Chance } from '../scheduler.ts'
import type { World } from '../world.ts'
import type { SimClassroom } from './classrooms.ts'

/** A student's browser in a classroom: nobody knows whose. */
export interface Student {
  readonly browser: Browser
  readonly classroom: SimClassroom
  readonly disk: ClassroomDisk
  /** What this browser is known by, for as long as it is not emptied. */
  readonly identity: Identity
  openTab(): void
  /** Stores a command to be sent. False where the store took none, or the tab was closed before it did. */
  enqueue(subject: string, command: StudentCommand, receipt?: OwnReceipt): Promise<boolean>
  evict(): void
  setFault(fault: string | undefined): void
}

/** The secrets of a browser, from which its receipts follow as `secrets.ts` has it. */
export interface Identity {
  readonly secret: Uint8Array
  /** With the receipt of a vote or an answer to a poll. */
  receiptFor(id: string): string
}

function createIdentity(chance: Chance): Identity {
  const secret = chance.bytes(32)
  return { secret, receiptFor: (id) => createHmac('sha256', secret).update(id).digest('base64url') }
}

export function hashOf(receipt: string): string {
  return createHash('sha256').update(Buffer.from(receipt, 'base64url')).digest('base64url')
}

export function createStudent(
  world: World,
  classroom: SimClassroom,
  tokens: readonly Token[],
  findProcess: () => ServerProcess | undefined,
): Student {
  const { chance, planted } = world
  const browser = createBrowser(world, createNetwork(world, findProcess, undefined))
  const { id, issuer } = classroom
  let disk = createClassroomDisk()
  let identity = createIdentity(chance)
  prepare()

  function prepare(): void {
    slowDown(world, disk.journal)
    if (issuer === undefined) return
    // As fetching tokens leaves it, and a first look at the classroom.
    const { keyHash } = issuer
    disk.meta.rows.set('pin', { key: 'pin', keyHash })
    disk.meta.rows.set('issuer', { key: 'issuer', issuer: issuer.publicKey, keyHash })
  }

  for (const token of tokens) disk.tokens.rows.set(token.message, token)

  const storageOf = (tab: Tab) => {
    const mine = disk
    const storage = createMemoryStorage(mine, () => tab.isOn() && mine === disk, tab.whenThawed)
    return planted.classroomStorage?.(storage, mine, world) ?? storage
  }

  return {
    browser,
    classroom,
    get disk() {
      return disk
    },
    get identity() {
      return identity
    },
    openTab() {
      const tab = browser.openTab()
      const { environment } = tab
      const onError = (error: unknown) => environment.onError(error)
      const api = createStudentApi(environment.fetch, id)
      const lead = () => {
        const engine = startStudent({
          ...{ environment, storage: storageOf(tab), api, linkKeyHash: null, onError },
          tokens: NO_REFILL,
        })
        return () => {
          engine.stop().catch(onError)
        }
      }
      leadInTurn(environment, studentDatabaseName(id), lead, onError)
    },
    async enqueue(subject, command, receipt) {
      const [tab] = browser.tabs.filter((one) => !one.isFrozen())
      if (tab === undefined) return false
      const storage = planted.studentStorage?.(storageOf(tab), disk, world) ?? storageOf(tab)
      try {
        await enqueueStudent(storage, subject, command, receipt ?? null)
        return true
      } catch {
        return planted.isStoredAlways === true
      }
    },
    evict() {
      disk = createClassroomDisk()
      identity = createIdentity(chance)
      prepare()
    },
    setFault: (fault) => void (disk.journal.fault = fault),
  }
}
