import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { RequestRow, Row } from '../../../shared/protocol/rows.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { type Campus, createCampus } from '../../support/campus.ts'
import { createDevice, type Device } from '../../support/device.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { attend, type Process, startProcess, type TestAttendee } from '../../support/process.ts'

/* People who may be blocked, be asked, or leave for good. */

export const NOW = 1_800_000_000_000

export let backend: Backend
export let campus: Campus
export let live: Process
export let ann: string
export let ben: string
export let cleo: string

/** A campus with three people, anew for each test, and a process that is live. Registers what tests of it begin and end with. */
export function openContacts(): void {
  beforeAll(async () => {
    backend = await createBackend()
    campus = createCampus({ store: backend.store, now: () => NOW })
  })
  afterAll(() => backend.dispose())
  beforeEach(async () => {
    await registerPeople()
    live = await startProcess(backend, campus.bus, createFakeClock())
  })
  afterEach(() => {
    live.close()
    expect([...live.errors, ...campus.errors]).toEqual([])
  })
}

/** Others of the same names, in place of those that there were. */
export async function registerPeople(): Promise<void> {
  ann = await campus.register('Ann')
  ben = await campus.register('Ben')
  cleo = await campus.register('Cleo')
}

export async function pullAll(userId: string): Promise<Device> {
  const device = createDevice(backend.store, userId)
  await device.pullAll()
  return device
}

/** A socket of somebody, live from now on. */
export async function listen(userId: string): Promise<TestAttendee> {
  const attendee = attend(live, userId)
  await attendee.follower.resume(live.hub.position.head)
  return attendee
}

export const requestsOf = (device: Device) =>
  [...device.rows.values()].filter((row): row is RequestRow => row.type === 'request')
export const textsOf = (device: Device, conversationId: string) =>
  device.messages(conversationId).map(({ text }) => text)
export const findRows = <Type extends Row['type']>(device: Device, type: Type) =>
  [...device.rows.values()].filter((row): row is Extract<Row, { type: Type }> => row.type === type)
