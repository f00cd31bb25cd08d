import type { SettingName } from '../../shared/operate/settings.ts'
import { refusal, type Refusal } from '../../shared/protocol/errors.ts'
import type { Actor } from '../audit/audit.ts'
import type { Store } from '../store/store.ts'

/** Why a setting must not be chosen now: whoever chooses it, or everybody, could not come in any more. */
export async function checkSetting(
  { db }: Pick<Store, 'db'>,
  hasSso: boolean,
  actor: Actor,
  name: SettingName,
  value: unknown,
): Promise<Refusal | undefined> {
  if (value !== true) return undefined
  if (name === 'passwordsForOperatorsOnly' && !hasSso) {
    return refusal(
      'bad_request',
      'There is no single sign-on: set SSO_ISSUER, SSO_CLIENT_ID and SSO_CLIENT_SECRET first.',
    )
  }
  if (name !== 'operatorsNeedPasskey' || actor.id === null) return undefined
  const own = await db.selectFrom('passkey').select('id').where('user_id', '=', actor.id).limit(1).executeTakeFirst()
  return own === undefined
    ? refusal('passkey_needed', 'You have no passkey yourself. Add one in the settings first.')
    : undefined
}
