import { leadInTurn, type LeaderEnvironment } from './leader.ts'
import type { DeviceStorage } from './storage/device-storage.ts'

/** Leads in turn with all tabs that see the same databases, and anew whenever these are others. Returns the function that gives up for good. */
export function leadWhereStored(
  environment: LeaderEnvironment,
  storage: Pick<DeviceStorage, 'scope' | 'onExchange'>,
  name: string,
  lead: () => () => void,
  onError: (error: unknown) => void,
): () => void {
  const begin = () => leadInTurn(environment, storage.scope(name), lead, onError)
  let giveUp = begin()
  const stopListening = storage.onExchange(() => {
    giveUp()
    giveUp = begin()
  })
  return () => {
    stopListening()
    giveUp()
  }
}
