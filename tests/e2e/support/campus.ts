import type { Browser, BrowserContextOptions } from '@playwright/test'
import { SESSION_COOKIE } from '../../../server/accounts/session-cookie.ts'
import { SESSION_IDLE_MS } from '../../../server/accounts/session-life.ts'
import type { ServerHost } from '../../support/server-host.ts'
import { startServer, type RunningServer, type ServerProcess } from '../../support/server.ts'
import { register, type Correspondent } from './correspondent.ts'
import { createDevice, createLastingDevice, type Complaints, type Device, type LastingDevice } from './device.ts'
import { expectSignedIn } from './entering.ts'
import type { Person } from './person.ts'

/** A server of a test's own, and the people who use it. */
export interface Campus {
  /** The one that runs now. */
  readonly server: RunningServer
  readonly complaints: Complaints
  /** Gives somebody an account, as if they had registered on another device long ago. */
  enrol(name: string): Promise<Correspondent>
  /** A browser that nobody has used yet. */
  openDevice(options?: DeviceOptions): Promise<Device>
  openLastingDevice(): Promise<LastingDevice>
  /** Somebody with an account who is signed in on a device of their own. */
  join(name: string, options?: DeviceOptions): Promise<Person>
  joinLasting(name: string): Promise<Person<LastingDevice>>
  /**
   * Starts the server again after it was stopped or killed, on the same port and data, as a process of its own, with
   * another build of the app if `root` is given, and with these settings of an operator.
   */
  startServerAgain(root?: string, settings?: Readonly<Record<string, string>>): Promise<ServerProcess>
  close(): Promise<void>
}

export interface DeviceOptions extends BrowserContextOptions {
  /** A port that stands between the device and the server. */
  through?: number
}

export const PASSWORD = 'correct horse battery'

export async function openCampus(browser: Browser, host: ServerHost): Promise<Campus> {
  let server: RunningServer = await host.open()
  const devices: Device[] = []
  const complaints: Complaints = { pageErrors: [], consoleErrors: [] }

  function enrol(name: string): Promise<Correspondent> {
    const handle = name.toLowerCase().replaceAll(' ', '.')
    return register(server.url, { name, handle, password: PASSWORD })
  }

  async function addDevice({ through, ...options }: DeviceOptions = {}): Promise<Device> {
    const device = await createDevice(browser, through ?? server.port, complaints, options)
    devices.push(device)
    return device
  }

  async function addLastingDevice(): Promise<LastingDevice> {
    const device = await createLastingDevice(server.port, complaints)
    devices.push(device)
    return device
  }

  /** The session comes along as a cookie, because the entrance has tests of its own and hashing is slow. */
  async function enter<D extends Device>(name: string, device: D): Promise<Person<D>> {
    const { userId, handle, password, session } = await enrol(name)
    const { hostname } = new URL(device.url)
    await device.context.addCookies([
      {
        name: SESSION_COOKIE,
        value: session,
        domain: hostname,
        path: '/api',
        httpOnly: true,
        sameSite: 'Lax',
        expires: Date.now() / 1000 + SESSION_IDLE_MS / 1000,
      },
    ])
    await device.openTab()
    await expectSignedIn(device)
    return {
      name,
      userId,
      handle,
      password,
      device,
      get page() {
        return device.page
      },
    }
  }

  async function withTab<D extends Device>(device: D): Promise<D> {
    await device.openTab()
    return device
  }

  return {
    get server() {
      return server
    },
    complaints,
    enrol,
    openDevice: async (options) => withTab(await addDevice(options)),
    openLastingDevice: async () => withTab(await addLastingDevice()),
    join: async (name, options) => enter(name, await addDevice(options)),
    joinLasting: async (name) => enter(name, await addLastingDevice()),
    async startServerAgain(root, settings = {}) {
      const { port, dataDir } = server
      const started = await startServer({ port, dataDir, settings, ...(root !== undefined && { root }) })
      server = started
      return started
    },
    async close() {
      await Promise.all(devices.map((device) => device.close()))
      await server.dispose()
    },
  }
}
