import { refusal } from '../../shared/protocol/errors.ts'
import { fromBase64 } from '../files/base64.ts'
import { needSelf } from './access.ts'
import type { Rule } from './rule.ts'

export const setPicture: Rule<'profile.picture'> = {
  needs: (needs, userId) => needSelf(needs, userId),
  decide(batch, userId, { id, picture }) {
    const user = batch.users.get(userId)
    if (user?.former !== 0) return refusal('not_found')
    if (picture === null) {
      if (user.picture_id === null) return undefined
      batch.replacePicture(null, user.picture_id)
      batch.setUser({ ...user, picture_id: null })
      return undefined
    }
    const bytes = picture === undefined ? undefined : fromBase64(picture)
    if (bytes === undefined) return refusal('bad_picture')
    batch.replacePicture({ id, user_id: userId, conversation_id: null, bytes, created_at: batch.now }, user.picture_id)
    batch.setUser({ ...user, picture_id: id })
    return undefined
  },
}
