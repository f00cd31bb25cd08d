import { uuidv7 } from 'uuidv7'
import { enqueue } from '../../sync/outbox.ts'
import type { Session } from '../session.ts'

export function renameProfile({ db, now }: Session, name: string): Promise<void> {
  return enqueue(db, [{ type: 'profile.rename', id: uuidv7(), name: name.trim() }], now())
}
