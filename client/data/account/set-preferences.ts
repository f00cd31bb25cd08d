import { uuidv7 } from 'uuidv7'
import { enqueue } from '../../sync/outbox.ts'
import type { Preferences } from './preferences.ts'
import type { Session } from '../session.ts'

export function setPreferences(
  { db, clock }: Session,
  preferences: Partial<Omit<Preferences, 'waiting'>>,
): Promise<void> {
  return enqueue(db, [{ type: 'preference.set', id: uuidv7(), ...preferences }], clock.now())
}
