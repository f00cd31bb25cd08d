import type { Page } from '@playwright/test'
import type { Device } from './device.ts'

/** What somebody looks at and types into. */
export interface Screen {
  readonly page: Page
}

/** What somebody registers with. */
export interface Student {
  readonly name: string
  readonly handle: string
  readonly password: string
}

export interface Account extends Student {
  readonly userId: string
}

/** Somebody in front of a device. */
export interface Person<D extends Device = Device> extends Account, Screen {
  readonly device: D
}
