import PouchDB from 'pouchdb'
import { io } from 'socket.io-client'

// The JavaScript with which somebody else would begin: a socket, and a database that keeps what came over it.

const db = new PouchDB('messages')
io().on('message', ({ id, ...message }) => db.put({ _id: id, ...message }))
