import { isIP, isIPv6 } from 'node:net'

/**
 * The address that limits count by. A reverse proxy on this machine is believed: the last entry of
 * its `X-Forwarded-For` is the one that it added itself, whatever the client wrote before it.
 */
export function toClientAddress(peer: string | undefined, forwardedFor: string | undefined): string {
  if (peer === undefined) return 'unknown'
  const forwarded = isLoopback(peer) ? forwardedFor?.split(',').at(-1)?.trim() : undefined
  return toCounted(forwarded !== undefined && isIP(forwarded) !== 0 ? forwarded : peer)
}

export function isLoopback(peer: string | undefined): boolean {
  return peer !== undefined && /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(peer)
}

/** One IPv6 household has 2^64 addresses (RFC 6177): it counts as one. */
function toCounted(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0')
  const network = [...groups, ...zeros, ...after].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${network.join(':')}::/64`
}
