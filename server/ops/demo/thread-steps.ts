import { uuidv7 } from 'uuidv7'
import type { Command } from '../../../shared/protocol/commands.ts'
import { type DemoFileName, toDemoFileName, toDescription } from './demo-files.ts'
import type { DemoPerson } from './people.ts'
import type { Random } from './random.ts'
import { WORDS } from './threads.ts'

export interface Member extends DemoPerson {
  id: string
}

/** One thing that somebody does, at a moment in milliseconds since 1970: a command, or a file that goes up for one. */
export type Step = CommandStep | UploadStep

export interface CommandStep {
  at: number
  userId: string
  command: Command
}

export interface UploadStep {
  at: number
  userId: string
  fileId: string
  file: DemoFileName
}

/** Where files were sent, for who forwards them. */
export type SentFiles = Map<DemoFileName, { id: string; from: { conversationId: string; messageId: string } }>

interface Scene {
  conversationId: string
  /** Who leads the conversation, and pins; M in a thread. */
  leader: Member
  /** Who looks around; L in a thread. */
  first: Member
  /** Who may speak in it. */
  members: readonly Member[]
  startsAt: number
}

interface Said {
  messageId: string
  author: Member
  text: string
}

const LINE = /^([A-FLM])(?:\[([\w -]+)\])?([:>~»]) (.*)$/s
const REACTION = /^\*(\S+) ([A-FLM ]+)$/
/** Whoever is named so in a thread is nobody else in it. */
const NAMES_FIRST = /^L[[:>~»]/
const NAMES_LEADER = /^M[[:>~»]/

/** Plays one thread with people chosen by chance, and returns what they do, in order. */
export function playThread(
  random: Random,
  { conversationId, leader, first, members, startsAt }: Scene,
  thread: readonly string[],
  sentFiles: SentFiles = new Map(),
): Step[] {
  const isNamed = (member: Member) =>
    (member === first && thread.some((line) => NAMES_FIRST.test(line))) ||
    (member === leader && thread.some((line) => NAMES_LEADER.test(line)))
  const cast = random.shuffle(members.filter((member) => !isNamed(member)))
  const words = new Map<string, string>()
  const steps: Step[] = []
  let at = startsAt
  let last: Said | undefined

  const actor = (letter: string) => {
    if (letter === 'L') return first
    return letter === 'M' ? leader : (cast['ABCDEF'.indexOf(letter) % cast.length] ?? leader)
  }
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const word = words.get(name) ?? random.pick(WORDS[name] ?? [name])
      words.set(name, word)
      return word
    })
  const mention = (text: string): { text: string; mentions: string[]; mentionsAll: boolean } => {
    const mentioned = new Set<string>()
    const named = text.replace(/@([A-F])\b/g, (_, letter: string) => {
      mentioned.add(actor(letter).id)
      return `@${actor(letter).handle}`
    })
    return { text: named.replace(/@all\b/g, '@everyone'), mentions: [...mentioned], mentionsAll: /@all\b/.test(text) }
  }
  const act = (person: Member, command: Command) => steps.push({ at, userId: person.id, command })

  for (const line of thread) {
    const reaction = REACTION.exec(line)
    if (reaction !== null && last !== undefined) {
      const [, emoji = '', letters = ''] = reaction
      for (const person of new Set(letters.split(' ').map(actor))) {
        at += random.between(4, 90) * 1_000
        act(person, { type: 'reaction.set', id: uuidv7(), conversationId, messageId: last.messageId, emoji, on: true })
      }
      continue
    }
    if (line === '#' && last !== undefined) {
      act(leader, { type: 'message.pin', id: uuidv7(), conversationId, messageId: last.messageId, pinned: true })
      continue
    }
    const [, letter = 'A', names = '', sign = ':', content = line] = LINE.exec(line) ?? []
    at += random.between(15, 360) * 1_000
    const said = mention(fill(content))
    if (sign === '~' && last !== undefined) {
      act(last.author, { type: 'message.edit', id: uuidv7(), conversationId, messageId: last.messageId, ...said })
      continue
    }
    const id = uuidv7()
    const author = actor(letter)
    const forwarded = sign === '»'
    const files = names
      .split(' ')
      .filter(Boolean)
      .map(toDemoFileName)
      .map((file) => {
        const sent = sentFiles.get(file)
        if (forwarded) {
          if (sent === undefined) throw new Error(`“${file}” is forwarded before it is sent.`)
          return { ...sent, description: toDescription(file) }
        }
        const fileId = uuidv7()
        steps.push({ at, userId: author.id, fileId, file })
        sentFiles.set(file, { id: fileId, from: { conversationId, messageId: id } })
        return { id: fileId, description: toDescription(file) }
      })
    act(author, {
      type: 'message.send',
      id,
      conversationId,
      writtenAt: at,
      replyToId: sign === '>' ? (last?.messageId ?? null) : null,
      forwarded,
      ...said,
      ...(files.length > 0 && { files }),
    })
    last = { messageId: id, author, text: said.text }
  }
  return steps
}
