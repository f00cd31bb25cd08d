import type { Receipt } from '../../data/receipts/receipts.ts'

/** How far a message of one's own has come, in words; among more than two people with how many. */
export function toReceiptWords(receipt: Receipt): string {
  switch (receipt.kind) {
    case 'waiting':
      return 'Waiting'
    case 'sent':
      return 'Sent'
    case 'refused':
      return 'Not sent'
    case 'delivered':
      if (receipt.of === 1) return 'Delivered'
      return receipt.seen === 0
        ? `Delivered to all ${receipt.of}`
        : `Delivered, seen by ${receipt.seen} of ${receipt.of}`
    case 'seen':
      return receipt.of === 1 ? 'Seen' : `Seen by all ${receipt.of}`
  }
}
