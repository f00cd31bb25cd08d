import type { Command } from '../../shared/protocol/commands.ts'
import { CAMPUS_LOG } from '../../shared/protocol/fields.ts'
import { createSequencer } from '../../server/log/sequencer.ts'
import { createMemoryBus } from '../../server/bus/memory.ts'
import { campusRules } from '../../server/commands/rules.ts'
import { act } from './actions.ts'
import { createSimBus, startProcess, type ServerProcess, type World } from './campus.ts'
import { checkLog, compare } from './check.ts'
import { createDeeds } from './deeds.ts'
import { createSimDatabase, type Backup } from './database.ts'
import { createDevice, type Device } from './device.ts'
import type { Planted } from './planted.ts'
import { createChance, createScheduler } from './scheduler.ts'

/*
 * One run: a rough time, in which people write while the network drops, doubles, delays and cuts,
 * apps and servers are killed, sessions expire, memberships change, and now and then an older backup
 * is restored; then a calm one, in which everything works again. At rest each device holds exactly
 * the rows that its user may see, and nothing is doubled, lost or left waiting.
 *
 * Real are the sequencer, the rules, the pull, the hub, the connection, SQLite, and of the client
 * everything but IndexedDB; made up are the clock, chance, the bus and the wires. A seed decides it all.
 */

const USERS = 4
const EVENTS_ROUGH = 700
const REST_WITHIN_STEPS = 30_000
/** Longer than a device waits before it says what it received. */
const QUIET_FOR_MS = 2_000

interface Sent {
  id: string
  conversationId: string
  device: Device
}

/** What went wrong, in sentences; nothing when all is as it has to be. */
export async function simulate(seed: number, planted?: Planted): Promise<string[]> {
  const scheduler = createScheduler()
  const chance = createChance(seed)
  let rough = true
  const deeds = createDeeds()
  const { onPublished } = deeds
  const world: World = { scheduler, chance, planted, isRough: () => rough, errors: [], refused: new Set(), onPublished }
  const restores = chance.happens(0.25)
  const database = await createSimDatabase()
  const bus = createSimBus(world)
  const userIds = Array.from({ length: USERS }, () => chance.id())
  await register(database.store, userIds, scheduler.now())

  const servers: (ServerProcess | undefined)[] = []
  const startServer = async (place: number) => {
    servers[place] = await startProcess(world, database.store, bus)
  }
  await startServer(0)
  await startServer(1)
  const findServer = () => chance.pick(servers.filter((server) => server?.isOn()))
  const devices = userIds.flatMap((userId) => {
    // Who has two devices, and lost messages to a restored backup, offers them from both, in the order of neither.
    const count = restores || chance.happens(0.6) ? 1 : 2
    return Array.from({ length: count }, () => createDevice(world, userId, findServer))
  })
  for (const device of devices) {
    deeds.watch(device)
    device.startApp()
  }

  /** Wherever a message, or what hangs on it, is about to change, somebody scrolls up to it: the page may come after the news. */
  const scrollTo = (command: Command) => {
    if (!('messageId' in command)) return
    for (const { disk, loadHistory } of devices) {
      const row = disk.messages.rows.get(command.messageId)
      if (row !== undefined && disk.connection.kind === 'live') void loadHistory(row.conversationId, row.n + 1)
    }
  }

  const sent: Sent[] = []
  const killed: string[] = []
  let backup: Backup | undefined
  let restored = false
  for (let event = 0; event < EVENTS_ROUGH; event += 1) {
    for (let step = chance.between(0, 6); step > 0; step -= 1) await scheduler.step()
    const device = chance.pick(devices)
    const dice = chance.between(1, 1_000)
    if (device === undefined) continue
    if (dice <= 170) {
      const commands = act(world, device, userIds)
      for (const command of commands) {
        if (command.type === 'message.send')
          sent.push({ id: command.id, conversationId: command.conversationId, device })
      }
      deeds.note(device, commands)
      device.enqueue(planted?.enqueue?.(commands, device.disk) ?? commands)
      for (const command of commands) scrollTo(command)
    } else if (dice <= 200) device.cut()
    else if (dice <= 260) device.mend()
    else if (dice <= 275) device.killApp()
    else if (dice <= 310) device.startApp()
    else if (dice <= 316) device.expireSession()
    else if (dice <= 340) device.signIn()
    else if (dice <= 346) servers[chance.between(0, 1)]?.kill()
    else if (dice <= 380) {
      const place = servers.findIndex((server) => server?.isOn() !== true)
      if (place >= 0) await startServer(place)
    } else if (dice <= 390) {
      const latest = chance.pick([...device.disk.latest.rows.values()])
      if (latest !== undefined) void device.loadHistory(latest.conversationId, chance.between(1, latest.n))
    } else if (restores && dice <= 396) backup = await database.backUp()
    else if (restores && dice <= 399 && backup !== undefined && !restored) {
      restored = true
      for (const server of servers) server?.kill()
      await database.restore(backup, `epoch after ${event}`)
      await startServer(0)
      await startServer(1)
    }
  }

  rough = false
  for (const place of servers.keys()) if (servers[place]?.isOn() !== true) await startServer(place)
  for (const device of devices) {
    device.mend()
    device.startApp()
    device.signIn()
  }
  if (!(await comeToRest(scheduler, devices, database.store))) killed.push('no rest was found')
  for (const device of devices) await fillHoles(scheduler, device)
  // What came into a hole may be said to have been received.
  if (!(await comeToRest(scheduler, devices, database.store))) killed.push('no rest was found once holes were filled')

  const wrong = [...killed, ...(await checkLog(database.store))]
  for (const device of devices) wrong.push(...(await compare(device, database.store)))
  wrong.push(...(await checkSent(database.store, sent, world.refused, restored)))
  wrong.push(...(await deeds.check(database.store)))
  wrong.push(
    ...world.errors.map(
      (error) => `an error was logged: ${error instanceof Error ? String(error.stack) : String(error)}`,
    ),
  )
  for (const server of servers) server?.kill()
  for (const device of devices) device.killApp()
  await database.store.close()
  return wrong
}

async function register(
  store: Parameters<typeof startProcess>[1],
  userIds: readonly string[],
  now: number,
): Promise<void> {
  const options = { log: CAMPUS_LOG, store, bus: createMemoryBus(), rules: campusRules, now: () => now }
  const sequencer = createSequencer({ ...options, onError: (error) => String(error) })
  for (const [index, id] of userIds.entries()) {
    await sequencer.submit(id, [{ type: 'user.register', id, handle: `user${index}`, name: `User ${index}` }])
  }
}

/** Runs until nobody has anything left to send or to hear; false when that takes too long. */
async function comeToRest(
  scheduler: ReturnType<typeof createScheduler>,
  devices: readonly Device[],
  store: Parameters<typeof startProcess>[1],
): Promise<boolean> {
  let quietSince = Infinity
  for (let step = 0; step < REST_WITHIN_STEPS; step += 1) {
    await scheduler.step()
    if (step % 50 !== 0) continue
    const { head } = await store.db.selectFrom('log').select('head').executeTakeFirstOrThrow()
    const isQuiet = devices.every(
      ({ disk }) =>
        disk.position.cursor === head && [...disk.outbox.rows.values()].every(({ state }) => state.kind === 'refused'),
    )
    quietSince = isQuiet ? Math.min(quietSince, scheduler.now()) : Infinity
    if (scheduler.now() - quietSince >= QUIET_FOR_MS) return true
  }
  return false
}

/** Loads what a device was never sent at once: older pages, on demand. */
async function fillHoles(scheduler: ReturnType<typeof createScheduler>, device: Device): Promise<void> {
  for (const latest of [...device.disk.latest.rows.values()]) {
    for (let before = latest.n + 1; before > 1;) {
      const rows = [...device.disk.messages.rows.values()].filter((row) => row.conversationId === latest.conversationId)
      const places = new Set(rows.map((row) => row.n))
      let hole = before - 1
      while (hole > 0 && places.has(hole)) hole -= 1
      if (hole === 0) break
      const progress = { done: false }
      void device.loadHistory(latest.conversationId, hole + 1).finally(() => (progress.done = true))
      for (let step = 0; !progress.done && step < 2_000; step += 1) await scheduler.step()
      before = hole
    }
  }
}

/** Every message ever written is in the log once, or stands refused in its writer's outbox; each device's stand in the order of writing. */
async function checkSent(
  store: Parameters<typeof startProcess>[1],
  sent: readonly Sent[],
  refused: ReadonlySet<string>,
  restored: boolean,
): Promise<string[]> {
  const wrong: string[] = []
  const stored = await store.db.selectFrom('message').selectAll().execute()
  const byId = new Map(stored.map((message) => [message.id, message]))
  const written = new Set(sent.map(({ id }) => id))
  for (const { id } of stored) if (!written.has(id)) wrong.push(`message ${id} was written by nobody`)
  const last = new Map<Device, Map<string, number>>()
  for (const { id, conversationId, device } of sent) {
    const message = byId.get(id)
    if (message === undefined) {
      const isHere = [...device.disk.outbox.rows.values()].some((entry) => entry.id === id)
      // A restored backup may forget a message that its writer's device had to forget before: after being removed.
      if (!isHere && !restored) wrong.push(`message ${id} was lost`)
      continue
    }
    // Its writer was not there when it was sent first, and is again: it stands where it was sent again.
    if (refused.has(id)) continue
    const places = last.get(device) ?? new Map<string, number>()
    last.set(device, places)
    if (message.n < (places.get(conversationId) ?? 0)) wrong.push(`message ${id} stands before an earlier one`)
    places.set(conversationId, message.n)
  }
  return wrong
}
