import { Gauge, type Registry } from 'prom-client'

export interface CertificateState {
  /** Until when it holds, in milliseconds since 1970. */
  readonly current: { notAfter: number }
  /** How often it could not be renewed since it was the last time. */
  readonly failures: number
}

/** Of a server that gets its certificate by itself. */
export function watchCertificate(registry: Registry, certificate: CertificateState): void {
  const registers = [registry]
  new Gauge({
    name: 'chatbox_certificate_expiry_timestamp_seconds',
    help: 'Until when the certificate holds, in seconds since 1970.',
    registers,
    collect() {
      this.set(certificate.current.notAfter / 1_000)
    },
  })
  new Gauge({
    name: 'chatbox_certificate_renewal_failures',
    help: 'How often the certificate could not be renewed since it was the last time.',
    registers,
    collect() {
      this.set(certificate.failures)
    },
  })
}
