import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate with its chain and its key, in PEM, and for how long it holds, in milliseconds since 1970. */
export interface Certificate {
  key: string
  chain: string
  notBefore: number
  notAfter: number
}

const KEY = /-----BEGIN (?:EC |RSA )?PRIVATE KEY-----[^-]+-----END (?:EC |RSA )?PRIVATE KEY-----/
const FIRST_OF_CHAIN = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/

/** Key and chain in one file: no crash leaves one of them beside the other's predecessor. Undefined where they are not a pair for the name. */
export function toCertificate(pem: string, name: string): Certificate | undefined {
  const key = KEY.exec(pem)?.[0]
  const first = FIRST_OF_CHAIN.exec(pem)?.[0]
  if (key === undefined || first === undefined) return undefined
  const read = new X509Certificate(first)
  if (read.checkHost(name) === undefined) return undefined
  return {
    key,
    chain: pem.slice(pem.indexOf(first)),
    notBefore: Date.parse(read.validFrom),
    notAfter: Date.parse(read.validTo),
  }
}

/** Where the account's key and the certificates lie, readable for nobody else. */
export interface CertificateFolder {
  findAccountKey(): string | undefined
  keepAccountKey(pem: string): void
  find(name: string): Certificate | undefined
  keep(name: string, certificate: Pick<Certificate, 'key' | 'chain'>): void
}

export function openCertificateFolder(dataDir: string): CertificateFolder {
  const folder = join(dataDir, 'acme')
  const ACCOUNT = 'account-key.pem'

  function read(file: string): string | undefined {
    try {
      return readFileSync(join(folder, file), 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }

  function write(file: string, pem: string): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, file)
    writeFileSync(`${path}.new`, pem, { mode: 0o600, flush: true })
    renameSync(`${path}.new`, path)
  }

  return {
    findAccountKey: () => read(ACCOUNT),
    keepAccountKey: (pem) => write(ACCOUNT, pem),
    find(name) {
      const pem = read(`${name}.pem`)
      return pem === undefined ? undefined : toCertificate(pem, name)
    },
    keep: (name, { key, chain }) => write(`${name}.pem`, `${key.trim()}\n${chain.trim()}\n`),
  }
}
