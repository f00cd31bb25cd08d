import type { Check, Finding, VerifyParts } from './check.ts'
import { auditCheck } from './checks/audit.ts'
import { belongingsCheck } from './checks/belongings.ts'
import { classroomsCheck } from './checks/classrooms.ts'
import { contentsCheck } from './checks/contents.ts'
import { conversationsCheck } from './checks/conversations.ts'
import { filesCheck } from './checks/files.ts'
import { messageListsCheck } from './checks/message-lists.ts'
import { messagesCheck } from './checks/messages.ts'
import { peopleCheck } from './checks/people.ts'
import { positionsCheck } from './checks/positions.ts'
import { questionsCheck } from './checks/questions.ts'

/** Every check, the quick ones first. */
export const CHECKS: readonly Check[] = [
  auditCheck,
  ...[peopleCheck, conversationsCheck, belongingsCheck, classroomsCheck, questionsCheck],
  ...[positionsCheck, messagesCheck, messageListsCheck],
  ...[filesCheck, contentsCheck],
]

/** So many findings of one check are listed; of the others only how many there are. */
const LISTED_MAX = 100

export interface CheckReport {
  name: string
  count: number
  /** The first of them. */
  findings: Finding[]
}

/** Runs every check to its end; what is wrong with one thing keeps none of the others from being looked at. */
export async function verifyAll(
  parts: VerifyParts,
  tell: (line: string) => void = () => undefined,
): Promise<CheckReport[]> {
  const reports: CheckReport[] = []
  for (const check of CHECKS) {
    tell(`Looking at: ${check.name}`)
    const report: CheckReport = { name: check.name, count: 0, findings: [] }
    for await (const finding of check.find(parts)) {
      report.count += 1
      if (report.findings.length < LISTED_MAX) report.findings.push(finding)
    }
    reports.push(report)
  }
  return reports
}
