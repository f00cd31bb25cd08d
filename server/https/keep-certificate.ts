import type { Clock } from '../../shared/clock.ts'
import type { Certificate, CertificateFolder } from './certificate.ts'
import { toRenewAt, toRenewNextAt, toRetryAfter } from './renewal.ts'

/*
 * The certificate of a name, from the start of the process to its end:
 *
 *   one is kept that holds ──────────────┐
 *   none, or it ran out: ask, and wait ──┴─▶ served ── two thirds of its life ──▶ asked for ──▶ served from now on
 *                  └── refused: no start       ▲                                      │
 *                                              └──── the old one stays, and is asked ─┘ refused: reported
 *                                                    for again, later each time
 */

export interface KeptCertificate {
  readonly current: Certificate
  /** How often it could not be renewed since it was the last time. */
  readonly failures: number
  stop(): void
}

/** No timer of Node's goes further. */
const TIMER_MAX_MS = 2 ** 31 - 1

/** Resolves when there is a certificate that holds. Throws a sentence for the operator when none is to be had. */
export async function keepCertificate(options: {
  name: string
  folder: Pick<CertificateFolder, 'find'>
  obtain: (name: string) => Promise<Certificate>
  clock: Clock
  /** From 0 to 1. */
  chance: () => number
  /** The next connection is to get this one. */
  onRenewed: (certificate: Certificate) => void
  onError: (error: unknown) => void
}): Promise<KeptCertificate> {
  const { name, folder, obtain, clock, chance } = options
  let failures = 0
  let isStopped = false
  let cancel: () => void = () => undefined
  let current = folder.find(name)
  const isFresh = current === undefined || current.notAfter <= clock.now()
  if (current === undefined || isFresh) current = await obtain(name).catch(refuseStart)

  function refuseStart(cause: unknown): never {
    const said = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ').replace(/\.$/, '')
    throw new Error(
      `There is no certificate for ${name} (${said}). The name has to lead to this machine, and its port 80 has to be reached from outside.`,
      { cause },
    )
  }

  function renewAt(time: number): void {
    if (isStopped) return
    const left = Math.max(0, time - clock.now())
    cancel = clock.after(Math.min(left, TIMER_MAX_MS), () => {
      if (left > TIMER_MAX_MS) renewAt(time)
      else void renew()
    })
  }

  async function renew(): Promise<void> {
    try {
      const renewed = await obtain(name)
      if (isStopped) return
      kept.current = renewed
      kept.failures = 0
      failures = 0
      options.onRenewed(renewed)
      renewAt(toRenewNextAt(renewed, clock.now(), chance()))
    } catch (error) {
      failures += 1
      kept.failures = failures
      const { notAfter } = kept.current
      const until = new Date(notAfter).toISOString()
      options.onError(
        new Error(`the certificate for ${name} was not renewed; it holds until ${until}`, { cause: error }),
      )
      renewAt(clock.now() + toRetryAfter(failures, notAfter - clock.now(), chance()))
    }
  }

  const kept = {
    current,
    failures,
    stop() {
      isStopped = true
      cancel()
    },
  }
  renewAt(isFresh ? toRenewNextAt(current, clock.now(), chance()) : toRenewAt(current, chance()))
  return kept
}
