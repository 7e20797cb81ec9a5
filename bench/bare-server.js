// The baseline: Socket.IO with the transport options of src/gateway/sockets.ts, relaying between the two sockets of a
// conversation. No account, no check, no store. Plain JavaScript, run by node as the built product is.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  allowEIO3: false,
  perMessageDeflate: false,
  httpCompression: false,
  maxHttpBufferSize: 64 * 1024,
  connectTimeout: 5_000,
  pingInterval: 20_000,
  pingTimeout: 10_000,
});

/** The one side of a conversation that waits for the other. */
const waiting = new Map();

io.on('connection', (socket) => {
  const { token: conversation } = socket.handshake.auth; // the load's client says nothing else
  if (conversation === undefined) return; // only there to be there
  const other = waiting.get(conversation);
  if (other === undefined) {
    waiting.set(conversation, socket);
    return;
  }
  waiting.delete(conversation);
  relay(socket, other);
  relay(other, socket);
});

function relay(from, to) {
  from.on('message.send', (message, ack) => {
    to.emit('message.created', message);
    ack({ ok: true });
  });
}

http.listen(0, '127.0.0.1', () => {
  process.stderr.write(`ready at http://127.0.0.1:${http.address().port}\n`);
});
process.once('SIGTERM', () => process.exit(0));
