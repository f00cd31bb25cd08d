import type { IconName } from './icons.ts'
import type { MediaIconName } from './media/media-icons.ts'

export interface MenuItem {
  label: string
  icon: IconName | MediaIconName
  danger?: boolean
  /** The key that does it where the menu's subject has the focus. */
  key?: string
  run: () => void
}
