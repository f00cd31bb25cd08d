import type { ClientKind, KindTypes } from './kind.ts'
import { NOWHERE } from './position.ts'

/** The log lost what it had after `start`: everything is pulled afresh; what waits stays, and waits until that is done. */
export async function goBackTo<Types extends KindTypes>(
  tables: Types['tables'],
  kind: Pick<ClientKind<Types>, 'prepareOffers'>,
  start: number,
): Promise<void> {
  await kind.prepareOffers(tables, start)
  await tables.setPosition({ ...NOWHERE, restoring: true })
}

/** The next pull is a first one; nothing was lost by the server, so nothing is offered again. */
export async function forgetPosition(tables: Pick<KindTypes['tables'], 'getPosition' | 'setPosition'>): Promise<void> {
  await tables.setPosition({ ...NOWHERE, restoring: (await tables.getPosition()).restoring })
}
