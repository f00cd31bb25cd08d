/**
 * The version that both ends say in their first words. It changes whenever a schema of this folder
 * does; `tests/shared/version.test.ts` holds the fingerprint of each.
 *
 * 1: campus log: users, conversations, members, messages, readings.
 * 2: replies, mentions, forwarding, pins, revisions, reactions, deliveries and "seen", settings, drafts,
 *    preferences, pictures; typing and presence.
 * 3: a cursor carries its lineage, so that a log which was put back is noticed by itself; the version of a request;
 *    receipts of many members as one row; what one deletes for oneself alone; what happened to a group, its picture and
 *    description; what a log that was put back has lost, said `again`.
 * 4: files in messages.
 * 5: who is far behind gets the newest of each conversation, and is told what was left out;
 *    a crowd: people past some thousands are asked for, and come with what names them;
 *    frames and pages as bytes; a heartbeat of a few of them, of which every second one is answered.
 * 6: operators and moderators: what somebody's standing is, what was taken away, who may write where and how fast;
 *    whom one blocked, whose first message and whose groups one is asked about, and what one is asked.
 */
export const PROTOCOL_VERSION = 6
/** The oldest that is still spoken: at least the one before, so that processes can be updated one after another. */
export const PROTOCOL_VERSION_MIN = 2
/**
 * Every answer of the API carries this header; an answer without it comes from somebody else, such as a captive portal.
 * A request says with it which version its sender speaks, and is answered in that one; without it that is version 2.
 */
export const PROTOCOL_HEADER = 'x-chatbox-protocol'
