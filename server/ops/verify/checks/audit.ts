import { findBrokenAudit } from '../../../audit/find-broken-audit.ts'
import type { Check } from '../check.ts'

/** Numbered without gaps, each hash over the one before. */
export const auditCheck: Check = {
  name: 'audit log',
  async *find({ store }) {
    const broken = await store.read(findBrokenAudit)
    if (broken === undefined) return
    yield {
      id: String(broken),
      message: `Row ${broken} of the audit log is missing, or it or the one before was changed after it was written.`,
    }
  },
}
