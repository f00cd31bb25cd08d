import type { Page } from '@playwright/test'
import type { Device } from './device.ts'

/** What somebody looks at and types into. */
export interface Screen {
  readonly page: Page
}

/** Somebody with an account. */
export interface Student {
  readonly name: string
  readonly handle: string
  readonly password: string
}

/** Somebody in front of a device. */
export interface Person<D extends Device = Device> extends Student, Screen {
  readonly device: D
}
