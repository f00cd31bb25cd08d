import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from './free-port.ts'
import { startProgram } from './services.ts'
import { waitFor } from './wait-for.ts'
import { speaksTls } from './web-proxies.ts'

/** The ACME server inside Debian's Caddy, with an authority of its own. */
export interface AcmeServer {
  directoryUrl: string
  /** The certificate of its authority, as a file. */
  caFile: string
  stop(): Promise<void>
}

/** How long what it gives holds. */
export const LIFE_MS = 12 * 60 * 60_000

export async function startAcme(): Promise<AcmeServer> {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-acme-'))
  const [httpPort, httpsPort] = [await findFreePort(), await findFreePort()]
  const configuration = join(folder, 'Caddyfile')
  writeFileSync(
    configuration,
    `{
      admin off
      skip_install_trust
      local_certs
      http_port ${httpPort}
      https_port ${httpsPort}
      default_bind 127.0.0.1
    }
    localhost {
      acme_server
    }`,
  )
  const caddy = ['caddy', 'run', '--adapter', 'caddyfile', '--config', configuration]
  const home = [`XDG_DATA_HOME=${folder}/data`, `XDG_CONFIG_HOME=${folder}/config`, `HOME=${folder}`]
  const { stop } = await startProgram(folder, () => ['env', ...home, ...caddy], httpsPort)
  await waitFor('its certificate', () => speaksTls(httpsPort))
  return {
    directoryUrl: `https://localhost:${httpsPort}/acme/local/directory`,
    caFile: join(folder, 'data/caddy/pki/authorities/local/root.crt'),
    stop,
  }
}
