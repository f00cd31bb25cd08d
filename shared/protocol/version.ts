/**
 * The version that both ends say in their first words. It changes whenever a schema of this folder
 * does; `tests/shared/version.test.ts` holds the fingerprint of each.
 *
 * 1: campus log: users, conversations, members, messages, readings.
 * 2: replies, mentions, forwarding, pins, revisions, reactions, deliveries and "seen", settings, drafts,
 *    preferences, pictures; typing and presence.
 */
export const PROTOCOL_VERSION = 2
