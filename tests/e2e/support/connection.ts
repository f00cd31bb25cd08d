import { expect, type Locator } from '@playwright/test'
import type { Device } from './device.ts'
import type { Screen } from './person.ts'
import { readStore } from './storage.ts'

export function connectionLine({ page }: Screen): Locator {
  return page.getByRole('status', { name: 'Connection', includeHidden: true })
}

/** The line says nothing: the device is connected and holds nothing back. */
export async function expectConnected(screen: Screen): Promise<void> {
  await expect(connectionLine(screen)).toHaveText('')
}

/** Whatever somebody did has been done: the server has taken it, and this device has heard so. */
export async function expectAllSent(screen: Screen): Promise<void> {
  await expect.poll(() => readStore(screen, 'outbox')).toEqual([])
}

/** "3 messages and 1 change"; null when nothing waits. */
export async function expectOffline(screen: Screen, waiting: string | null): Promise<void> {
  const also = waiting === null ? '' : `, ${waiting} waiting`
  await expect(connectionLine(screen)).toHaveText(new RegExp(`^\\s*Offline since \\d{1,2}:\\d\\d${also}\\s*$`))
}

/** Cuts the network once all that was written is with the server, so that nothing waits. */
export async function leaveNetwork(person: Screen & { device: Device }): Promise<void> {
  await expectAllSent(person)
  await person.device.goOffline()
  await expectOffline(person, null)
}

/** The app is on the device for good: from now on it starts without a network. */
export async function waitUntilInstalled({ page }: Screen): Promise<void> {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready
    if (active === null || active.state === 'activated') return
    await new Promise<void>((resolve) =>
      active.addEventListener('statechange', () => {
        if (active.state === 'activated') resolve()
      }),
    )
  })
}
