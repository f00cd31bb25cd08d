import type { Server } from 'node:http'
import type { Clock } from '../../shared/clock.ts'
import { type Certificate, openCertificateFolder } from './certificate.ts'
import { createChallenges } from './challenges.ts'
import { keepCertificate, type KeptCertificate } from './keep-certificate.ts'
import { type Authority, createObtain } from './obtain.ts'
import { createPlainServer } from './plain-server.ts'

export interface Https {
  readonly certificate: KeptCertificate
  stop(): Promise<void>
}

/**
 * Answers plain http, and gets and keeps a certificate: what a server needs to speak HTTPS by itself. Throws a sentence for the
 * operator where there is none to be had, and what the operating system says when the port is not ours.
 */
export async function startHttps(options: {
  name: string
  /** `https://` and the name, with its port where that is another than 443. */
  origin: string
  dataDir: string
  authority: Authority
  clock: Clock
  /** Takes connections of plain http; returns what ends that. */
  listen: (plain: Server) => Promise<{ close(): Promise<void> }>
  onRenewed: (certificate: Certificate) => void
  onError: (error: unknown) => void
}): Promise<Https> {
  const challenges = createChallenges()
  const folder = openCertificateFolder(options.dataDir)
  const plain = await options.listen(createPlainServer(challenges, options.origin))
  try {
    const certificate = await keepCertificate({
      ...{ name: options.name, folder, clock: options.clock, chance: Math.random },
      obtain: createObtain(options.authority, folder, challenges),
      onRenewed: options.onRenewed,
      onError: options.onError,
    })
    return {
      certificate,
      async stop() {
        certificate.stop()
        await plain.close()
      },
    }
  } catch (error) {
    await plain.close()
    throw error
  }
}
