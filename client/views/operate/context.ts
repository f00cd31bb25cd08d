import { createContext } from 'svelte'
import type { Role } from '../../../shared/protocol/fields.ts'
import type { OperateApi } from '../../sync/operate-api.ts'

export interface OperateContext {
  api: OperateApi
  role: () => Role
  /** A list was changed by an act: what counts anew looks again. */
  onacted: () => void
}

export const [getOperate, setOperate] = createContext<OperateContext>()
