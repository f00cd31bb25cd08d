/** Longest message, in UTF-16 code units (what `String.length` counts). */
export const MESSAGE_TEXT_MAX = 10_000
/** Handles are 3 to 30 of a-z, 0-9, `.`, `_`, `-`, and start with a letter. */
export const HANDLE_MIN = 3
export const HANDLE_MAX = 30
/** Display names and group titles, in UTF-16 code units. */
export const NAME_MAX = 60
/** UTF-16 code units of what somebody calls a passkey of theirs. */
export const PASSKEY_NAME_MAX = 60
export const TITLE_MAX = 80
/** What a group is about, in UTF-16 code units. */
export const DESCRIPTION_MAX = 500
/** Passwords count in full; the upper end only bounds the work of hashing. */
export const PASSWORD_MIN = 8
export const PASSWORD_MAX = 1_000

/** Most people in a group, its creator included. Everyone has no such bound: it keeps no member rows. */
export const GROUP_MEMBERS_MAX = 250

/** Most people whom one message mentions by name. */
export const MENTIONS_MAX = 50
/** How often a message can be edited. */
export const EDITS_MAX = 50
/** Different emoji that one person can put under one message, and people who can react to one. */
export const REACTIONS_PER_PERSON_MAX = 6
export const REACTING_PEOPLE_MAX = 1_000
/** An emoji, in UTF-16 code units. */
export const EMOJI_MAX = 40
/** Messages pinned in one conversation. */
export const PINS_MAX = 50
/** Up to so many members a group's members learn who received, saw and types what; in larger ones "seen" is a count. */
export const RECEIPT_MEMBERS_MAX = 50
/** How many steps of somebody's reading a `seen` row tells. */
export const SEEN_STEPS_MAX = 16
/** Conversations in one `receive`. */
export const RECEIVED_MAX = 100
/** A profile picture: a JPEG of at most so many bytes and pixels a side. */
export const PICTURE_BYTES_MAX = 32 * 1024
export const PICTURE_BASE64_MAX = Math.ceil(PICTURE_BYTES_MAX / 3) * 4
export const PICTURE_SIDE_MAX = 512

/** Why a moderator did something, in UTF-16 code units. */
export const REASON_MAX = 500
/** Slow mode: seconds between two messages of one person, at most. */
export const SLOW_SECONDS_MAX = 6 * 60 * 60

/** A client frame or a single command, in bytes of UTF-8. A larger frame closes the socket with 1009. */
export const FRAME_BYTES_MAX = 64 * 1024
/** The body of any HTTP request, in bytes. A larger one is refused with `too_large`. */
export const BODY_BYTES_MAX = 1024 * 1024
/** Commands in one `POST /api/commands`. */
export const COMMANDS_PER_REQUEST_MAX = 100
/** Commands that one socket may have unanswered. One more closes it with 4429. */
export const COMMANDS_IN_FLIGHT_MAX = 200
/** Open sockets and long polls of one session. One more is refused with 4429. */
export const SOCKETS_PER_SESSION_MAX = 20

/** Most rows in a page of a pull. */
export const PULL_PAGE_ROWS = 500
/** Messages that a newcomer to a conversation, or a new device, gets at once. */
export const NEWEST_PAGE_MESSAGES = 50
/** What happened to a group: so much of it, the newest, comes with a page of the messages of one conversation. */
export const EVENTS_PAGE_MAX = 1_000
/** Conversations in one page of a first pull, each with its newest messages. */
export const FIRST_PULL_CONVERSATIONS = 20
/** People in one page of a first pull. */
export const FIRST_PULL_USERS = 2_000
/** People in one answer to who looks for somebody, and whom one request asks about. */
export const FOUND_PEOPLE_MAX = 50
export const PEOPLE_PER_REQUEST_MAX = 200
/** What somebody looks for, in UTF-16 code units. */
export const SEARCH_WORDS_MAX = 100
/** Messages in a page of history, and the most that can be asked for. */
export const HISTORY_PAGE_MESSAGES = 200
export const HISTORY_PAGE_MAX = 900

/**
 * A server that has said nothing for so long gives a sign of life: just before a proxy or a router takes the connection for
 * given up, which is after a minute in many. It closes a socket of which it has heard nothing for three times as long.
 */
export const HEARTBEAT_MS = 55_000
/** The same in versions up to 4, and in a classroom: each sign is answered before the next. */
export const SHORT_HEARTBEAT_MS = 15_000
/** A client that has heard nothing for the heartbeat it was told, and so long more, takes the socket for dead. */
export const SILENCE_GRACE_MS = 20_000
/** How long a long poll is held open when there is nothing to tell. */
export const LONG_POLL_MS = 25_000
/** The first frame on a socket must arrive within this time, or it closes with 4408. */
export const HELLO_WITHIN_MS = 10_000

/** Whoever types says so at most this often; whoever hears it forgets it after `TYPING_TTL_MS`. */
export const TYPING_EVERY_MS = 3_000
export const TYPING_TTL_MS = 6_000
/** People whose presence one socket can watch at a time. */
export const WATCHED_MAX = 100

/** Files in one message. */
export const FILES_PER_MESSAGE_MAX = 10
/** A file's name and its description, in UTF-16 code units. A longer name is shortened. */
export const FILE_NAME_MAX = 200
export const FILE_DESCRIPTION_MAX = 500
/** A voice message, as long as its sender's device says that it is. */
export const FILE_DURATION_MAX_MS = 24 * 60 * 60_000
/** A photo is shrunk to this on its sender's device, unless they want it sent as it is. Pixels a side. */
export const PHOTO_SIDE_MAX = 2_048
/** The `small` variant of a photo, for lists. Pixels a side. */
export const PHOTO_SMALL_SIDE_MAX = 640
/** Pixels in a photo, all frames of an animation together, and frames. What has more can be sent as a document. */
export const PHOTO_PIXELS_MAX = 50_000_000
export const PHOTO_FRAMES_MAX = 200

/** People whom one account can have blocked. */
export const BLOCKED_MAX = 1_000
/** What somebody is shown of a direct conversation that they are asked to take up: so many messages, each with so many UTF-16 code units. */
export const REQUEST_MESSAGES_MAX = 3
export const REQUEST_TEXT_MAX = 500
