import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashContent } from '../../../../client/sync/files/hash-content.ts'

test.each([0, 1, 55, 64, 1024 * 1024, 1024 * 1024 + 1, 3_000_000])(
  'of %i bytes the hash is that of all',
  async (count) => {
    const bytes = Uint8Array.from({ length: count }, (_, index) => (index * 31) & 255)
    expect(await hashContent(new Blob([bytes]))).toBe(createHash('sha256').update(bytes).digest('hex'))
  },
)
