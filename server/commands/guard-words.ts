import type { Command } from '../../shared/protocol/commands.ts'
import { EVERYONE_ID, type Role } from '../../shared/protocol/fields.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import { hasWord } from '../campus/words.ts'
import type { Admit } from './submit.ts'

const UNWANTED = refusal('forbidden', 'A word in it is not wanted in Everyone. Change it, and send it again.')

/**
 * Refuses what somebody writes to Everyone with one of these words in it; moderators write as they like. `findRole` is asked only
 * where a word was found.
 */
export function guardWords(admit: Admit, getWords: () => readonly string[], findRole: () => Promise<Role>): Admit {
  return async (asked) => {
    const list = { words: JSON.stringify(getWords()) }
    const isUnwanted = (command: Command) =>
      toTextForAll(command) !== undefined && hasWord(toTextForAll(command) ?? '', list)
    const unwanted = new Set(asked.filter(isUnwanted))
    if (unwanted.size === 0 || (await findRole()) !== 'member') return admit(asked)
    const admitted = (await admit(asked.filter((command) => !unwanted.has(command)))).values()
    return asked.map((command) => (unwanted.has(command) ? UNWANTED : admitted.next().value))
  }
}

function toTextForAll(command: Command): string | undefined {
  const isWritten = command.type === 'message.send' || command.type === 'message.edit'
  return isWritten && command.conversationId === EVERYONE_ID ? command.text : undefined
}
