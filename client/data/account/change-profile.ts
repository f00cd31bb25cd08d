import { uuidv7 } from 'uuidv7'
import { cleanLine } from '../../../shared/clean-text.ts'
import { enqueue } from '../../sync/outbox.ts'
import type { Session } from '../session.ts'

export function renameProfile({ db, clock }: Session, name: string): Promise<void> {
  return enqueue(db, [{ type: 'profile.rename', id: uuidv7(), name: cleanLine(name) }], clock.now())
}
