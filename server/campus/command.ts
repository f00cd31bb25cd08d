import type { Command } from '../../shared/protocol/commands.ts'

/** What a client may ask for, and the one command that only the server itself gives, when somebody registers. */
export type CampusCommand = Command | RegisterUser

export interface RegisterUser {
  type: 'user.register'
  /** The command's id, and the new user's. */
  id: string
  handle: string
  name: string
}
