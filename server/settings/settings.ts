import * as v from 'valibot'
import { type Clock, repeat } from '../../shared/clock.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import { SETTINGS, SETTING_NAMES, type SettingName, type SettingValues } from '../../shared/operate/settings.ts'
import { type Actor, writeAudited } from '../audit/audit.ts'
import type { Bus, Channel } from '../bus/bus.ts'
import type { Store } from '../store/store.ts'

/*
 * What an operator changes while ChatBox runs lies in the database, so that it is the same for all processes and is there after
 * a restart. Each process holds all of it, for it is asked with every registration and every message; whoever changes something
 * says so on the bus, and who did not hear it, or was told by a command of the operator's, finds it within seconds.
 */

export interface Settings {
  /** As this process knows it: what another one changed is known here within `REFRESH_EVERY_MS`. */
  get<Name extends SettingName>(name: Name): SettingValues[Name]
  /** Every setting with its value, and whether an operator chose it. */
  list(): { name: SettingName; value: unknown; isChosen: boolean; summary: string }[]
  /**
   * Changes a setting, with a row in the audit log; null takes back what was chosen. Refuses what is none of its values. It holds
   * in this process once it resolves.
   */
  change(actor: Actor, name: SettingName, value: unknown): Promise<Refusal | undefined>
  /** Reads again what is chosen. */
  refresh(): Promise<void>
  /** Returns the function that stops listening. */
  onChanged(listener: () => void): () => void
  close(): void
}

export const REFRESH_EVERY_MS = 5_000

const settingsChanged: Channel<string> = { name: 'settings-changed', schema: v.string() }

export function createSettings(options: {
  store: Store
  clock: Clock
  /** Left out by what runs for a moment only. */
  bus?: Pick<Bus, 'publish' | 'listen'>
  /** What holds where an operator chose nothing, if it is not what `SETTINGS` says. */
  defaults?: Partial<SettingValues>
  /** Why a value that is one must not be chosen now. */
  check?: (actor: Actor, name: SettingName, value: unknown) => Promise<Refusal | undefined>
  onError: (error: unknown) => void
}): Settings {
  const { store, bus, clock, onError } = options
  const defaults: SettingValues = {
    ...(Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTINGS[name].default])) as unknown as SettingValues),
    ...options.defaults,
  }
  const listeners = new Set<() => void>()
  let chosen: Partial<SettingValues> = {}

  async function refresh(): Promise<void> {
    const rows = await store.db.selectFrom('setting_value').select(['name', 'value']).execute()
    const found = Object.fromEntries(rows.flatMap(({ name, value }) => toEntry(name, value))) as Partial<SettingValues>
    if (JSON.stringify(found) === JSON.stringify(chosen)) return
    chosen = found
    for (const listener of listeners) listener()
  }

  /** What an older version, or a newer one, stored in another form is as if nobody had chosen it. */
  function toEntry(name: string, value: string): [SettingName, unknown][] {
    const known = SETTING_NAMES.find((one) => one === name)
    if (known === undefined) return []
    const parsed = v.safeParse(SETTINGS[known].schema, JSON.parse(value))
    return parsed.success ? [[known, parsed.output]] : []
  }

  const look = () => refresh().catch(onError)
  const stops = [repeat(clock, REFRESH_EVERY_MS, look), bus?.listen(settingsChanged, () => void look())]

  return {
    get(name) {
      const value: SettingValues[typeof name] | undefined = chosen[name]
      return value ?? defaults[name]
    },
    list: () =>
      SETTING_NAMES.map((name) => ({
        name,
        value: chosen[name] ?? defaults[name],
        isChosen: chosen[name] !== undefined,
        summary: SETTINGS[name].summary,
      })),
    async change(actor, name, value) {
      const parsed = value === null ? undefined : v.safeParse(SETTINGS[name].schema, value)
      if (parsed?.success === false) {
        return refusal('bad_request', `"${name}" takes no such value: ${parsed.issues[0].message}.`)
      }
      const refused = parsed && (await options.check?.(actor, name, parsed.output))
      if (refused !== undefined) return refused
      const at = clock.now()
      await writeAudited(store, at, async (db) => {
        const before = await db.selectFrom('setting_value').select('value').where('name', '=', name).executeTakeFirst()
        const after = parsed === undefined ? undefined : JSON.stringify(parsed.output)
        if (before?.value === after) return { answer: undefined, entries: [] }
        if (after === undefined) await db.deleteFrom('setting_value').where('name', '=', name).execute()
        else await store.upsert(db, 'setting_value', ['name'], [{ name, value: after, changed_at: at }])
        const detail = { before: toContent(before?.value), after: toContent(after) }
        const entry = { actor, act: 'setting.change', subject: { kind: 'setting', id: name }, detail } as const
        return { answer: undefined, entries: [entry] }
      })
      await refresh()
      bus?.publish(settingsChanged, name)
      return undefined
    },
    refresh,
    onChanged(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => stops.forEach((stop) => stop?.()),
  }
}

/** Null where nothing was chosen. */
function toContent(value: string | undefined): unknown {
  return value === undefined ? null : (JSON.parse(value) as unknown)
}
