/** A device of the version before, as `tests/faults/device.ts` was then. */
export interface PreviousDevice {
  userId: string
  disk: {
    /** What its screen says about the connection. */
    connection: { kind: string }
    conversations: { rows: ReadonlyMap<string, unknown> }
  }
  send(conversationId: string, text: string): void
  enqueue(commands: readonly object[]): void
  /** The texts it holds of a conversation, in the order of their places. */
  read(conversationId: string): string[]
  expectTexts(conversationId: string, texts: readonly string[]): Promise<void>
  expectNothingWaiting(): Promise<void>
  moveTo(url: string): void
  stop(): Promise<void>
}

export function register(url: string, handle: string): Promise<PreviousDevice>

/** A student of the version before, as `tests/faults/pupil.ts` was then. */
export interface PreviousPupil {
  readonly rows: ReadonlyMap<string, { type: string; text?: string | null }>
  breakOff(url?: string): void
  stop(): void
}

export function createPupil(url: string, id: string, onError: (error: unknown) => void): PreviousPupil
