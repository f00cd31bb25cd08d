import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { findFreePort } from './free-port.ts'
import { startProgram } from './services.ts'
import { waitFor } from './wait-for.ts'

/** A proxy of docs/operations in front of a server, as it is written there but for name, certificate, ports and folders. */
export interface WebProxy {
  httpPort: number
  httpsPort: number
  /** All that it has written down. */
  readLogs(): string
  stop(): Promise<void>
}

const EXAMPLES = join(import.meta.dirname, '../../docs/operations')
const isRoot = process.getuid?.() === 0

/** An example with its words replaced, each of which has to be in it. */
function fill(name: string, words: Readonly<Record<string, string>>): string {
  let text = readFileSync(join(EXAMPLES, name), 'utf8')
  for (const [word, instead] of Object.entries(words)) {
    if (!text.includes(word)) throw new Error(`there is no "${word}" in ${name}`)
    text = text.replaceAll(word, instead)
  }
  return text
}

export async function startNginx(port: number): Promise<WebProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-nginx-'))
  const [httpPort, httpsPort] = [await findFreePort(), await findFreePort()]
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...subject]
  const { status, stderr } = spawnSync('openssl', [...made, '-keyout', key, '-out', certificate], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const site = fill('nginx.conf', {
    'listen 80': `listen 127.0.0.1:${httpPort}`,
    'listen 443': `listen 127.0.0.1:${httpsPort}`,
    '127.0.0.1:8080': `127.0.0.1:${port}`,
    '/etc/ssl/chat.example.edu.pem': certificate,
    '/etc/ssl/chat.example.edu.key': key,
    'chat.example.edu': 'localhost',
    '/var/log/nginx': folder,
  })
  writeFileSync(join(folder, 'site.conf'), site)
  const around = `
    ${isRoot ? 'user root;' : ''}
    daemon off; pid ${folder}/pid; error_log ${folder}/error.log info;
    events {}
    http {
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
      access_log ${folder}/access.log;
      include ${folder}/site.conf;
    }`
  const configuration = join(folder, 'nginx.conf')
  writeFileSync(configuration, around)
  const command = ['nginx', '-e', join(folder, 'error.log'), '-p', folder, '-c', configuration]
  const { stop } = await startProgram(folder, () => command, httpsPort)
  return { httpPort, httpsPort, readLogs: () => readLogs(folder), stop }
}

export async function startCaddy(port: number): Promise<WebProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'chatbox-caddy-'))
  const [httpPort, httpsPort] = [await findFreePort(), await findFreePort()]
  const site = fill('Caddyfile', {
    // Its certificate is of its own authority, and nothing is added to what this machine trusts.
    '\tlog default {': `\tadmin off\n\tskip_install_trust\n\tlocal_certs\n\thttp_port ${httpPort}\n\thttps_port ${httpsPort}\n\tdefault_bind 127.0.0.1\n\tlog default {`,
    '127.0.0.1:8080': `127.0.0.1:${port}`,
    'chat.example.edu': 'localhost',
    '/var/log/caddy': folder,
  })
  const configuration = join(folder, 'Caddyfile')
  writeFileSync(configuration, site)
  const caddy = ['caddy', 'run', '--adapter', 'caddyfile', '--config', configuration]
  const home = [`XDG_DATA_HOME=${folder}/data`, `XDG_CONFIG_HOME=${folder}/config`, `HOME=${folder}`]
  const { stop } = await startProgram(folder, () => ['env', ...home, ...caddy], httpsPort)
  await waitFor('its certificate', () => speaksTls(httpsPort))
  return { httpPort, httpsPort, readLogs: () => readLogs(folder), stop }
}

/** Whether something with a certificate answers. */
export function speaksTls(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false })
    socket.once('error', () => resolve(undefined))
    socket.once('secureConnect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

/** What the program printed is one of them. */
function readLogs(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.endsWith('.log') || name === 'output')
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
}
