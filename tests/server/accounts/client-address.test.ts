import { expect, test } from 'vitest'
import { toClientAddress } from '../../../server/accounts/client-address.ts'

const addresses: [name: string, peer: string | undefined, forwardedFor: string | undefined, counted: string][] = [
  ['a peer of its own', '192.0.2.7', undefined, '192.0.2.7'],
  ['an IPv4 peer on an IPv6 socket', '::ffff:192.0.2.7', undefined, '192.0.2.7'],
  ['a stranger that claims another address', '192.0.2.7', '203.0.113.9', '192.0.2.7'],
  ['a proxy on this machine', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['a proxy on this machine, over IPv6', '::1', '203.0.113.9', '203.0.113.9'],
  ['a client that wrote an address before the proxy did', '127.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['a proxy that says nonsense', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['nobody in between', '127.0.0.1', undefined, '127.0.0.1'],
  ['an IPv6 household', '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
  ['another address of that household', '2001:db8:1:2::99', undefined, '2001:db8:1:2::/64'],
  ['a short IPv6 address', '2001:db8::1', undefined, '2001:db8:0:0::/64'],
  ['the same with zeros written out', '2001:0db8:0000:0000::1', undefined, '2001:db8:0:0::/64'],
  ['a link-local address with its zone', 'fe80::1%eth0', undefined, 'fe80:0:0:0::/64'],
  ['a socket that is gone', undefined, '203.0.113.9', 'unknown'],
]

test.each(addresses)('%s', (_, peer, forwardedFor, counted) => {
  expect(toClientAddress(peer, forwardedFor)).toBe(counted)
})
