import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { listAudit } from '../../../server/audit/list-audit.ts'
import { createMemoryBus } from '../../../server/bus/memory.ts'
import { createSettings, REFRESH_EVERY_MS, type Settings } from '../../../server/settings/settings.ts'
import { type Backend, createBackend } from '../../support/backend.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const ACTOR = { id: '01890a5d-ac96-774b-bcce-b302099a8057', via: 'app' } as const
const SERVER = { id: null, via: 'command-line' } as const

let backend: Backend
const opened: Settings[] = []
beforeAll(async () => {
  backend = await createBackend()
})
afterEach(async () => {
  for (const settings of opened.splice(0)) settings.close()
  await backend.store.db.deleteFrom('setting_value').execute()
  await backend.store.db.deleteFrom('audit').execute()
})
afterAll(() => backend.dispose())

function open(options: Partial<Parameters<typeof createSettings>[0]> = {}): Settings {
  const onError = (error: unknown) => {
    throw error
  }
  const settings = createSettings({ store: backend.store, clock: createFakeClock(), onError, ...options })
  opened.push(settings)
  return settings
}

test('a setting is what its definition says, or what the server begins with, until somebody chooses', async () => {
  const settings = open({ defaults: { registration: 'invitation' } })
  expect(settings.get('contact')).toBe('')
  expect(settings.get('registration')).toBe('invitation')
  expect(await settings.change(ACTOR, 'registration', 'closed')).toBeUndefined()
  expect(settings.get('registration')).toBe('closed')
  expect(settings.list().find(({ name }) => name === 'registration')).toMatchObject({ value: 'closed', isChosen: true })
  await settings.change(ACTOR, 'registration', null)
  expect(settings.get('registration')).toBe('invitation')
})

test('what was chosen is there after a restart', async () => {
  await open().change(ACTOR, 'registrationDomains', ['Example.EDU', ' physics.example.edu'])
  const settings = open()
  await settings.refresh()
  expect(settings.get('registrationDomains')).toEqual(['example.edu', 'physics.example.edu'])
})

test.each([
  ['registration', 'sometimes'],
  ['registrationDomains', ['example']],
  ['registrationDomains', ['evil example.edu']],
  ['registrationDomains', ['@example.edu']],
  ['contact', 'x'.repeat(201)],
  ['operatorsNeedPasskey', 'yes'],
] as const)('%s is refused as %j, and stays as it was', async (name, value) => {
  const settings = open()
  const before = settings.get(name)
  const refused = await settings.change(ACTOR, name, value)
  expect(refused).toMatchObject({ code: 'bad_request', message: expect.stringContaining(`"${name}"`) as string })
  expect(settings.get(name)).toEqual(before)
  expect(await listAudit(backend.store.db, null, 9)).toEqual([])
})

test('each change is a row of the audit log, and what changes nothing is none', async () => {
  const settings = open()
  await settings.change(ACTOR, 'contact', 'Room 12')
  await settings.change(SERVER, 'contact', 'Room 13')
  await settings.change(ACTOR, 'contact', 'Room 13')
  expect(await listAudit(backend.store.db, null, 9)).toEqual([
    expect.objectContaining({
      n: 2,
      via: 'command-line',
      actorId: null,
      detail: { before: 'Room 12', after: 'Room 13' },
    }),
    expect.objectContaining({ n: 1, via: 'app', subjectId: 'contact', detail: { before: null, after: 'Room 12' } }),
  ])
})

test('another process hears of it on the bus at once', async () => {
  const bus = createMemoryBus()
  const [here, there] = [open({ bus }), open({ bus, store: backend.openStore() })]
  let heard = 0
  const stop = there.onChanged(() => (heard += 1))
  await here.change(ACTOR, 'contact', 'Room 12')
  await vi.waitFor(() => expect(there.get('contact')).toBe('Room 12'))
  expect(heard).toBe(1)
  stop()
  await here.change(ACTOR, 'contact', 'Room 13')
  await vi.waitFor(() => expect(there.get('contact')).toBe('Room 13'))
  expect(heard).toBe(1)
})

test('a process that nobody told, as by a command of the operator, finds it within seconds', async () => {
  const clock = createFakeClock()
  const there = open({ clock })
  await open().change(SERVER, 'contact', 'Room 12')
  expect(there.get('contact')).toBe('')
  clock.advance(REFRESH_EVERY_MS)
  await vi.waitFor(() => expect(there.get('contact')).toBe('Room 12'))
})

test('what another version stored, and this one does not understand, is as if nobody had chosen it', async () => {
  await backend.store.db
    .insertInto('setting_value')
    .values([
      { name: 'registration', value: '"by-pigeon"', changed_at: 1 },
      { name: 'unheardOf', value: '1', changed_at: 1 },
    ])
    .execute()
  const settings = open()
  await settings.refresh()
  expect(settings.get('registration')).toBe('open')
})
