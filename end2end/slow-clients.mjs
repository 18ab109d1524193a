// Whether slow and silent clients keep others out: 2,000 sockets that say nothing and 500 that send a header by the
// letter, each replaced as soon as the server closes it, for a minute: make bench
import { request } from 'node:http';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { binary, Server } from './support/server.mjs';

const SILENT = 2000;
const SLOW = 500;
const MINUTE = 60_000;
/** The server lets go of who has not asked within ten seconds; a busy machine may take a little longer. */
const CLOSED_BY = 13_000;
const ANSWERED_BY = 1000;

const server = await Server.prepare(binary('release'));
/** @type {Set<import('node:net').Socket>} */
const open = new Set();
/** @type {number[]} */
const lives = [];
let failed = 0;
let over = false;
try {
  await server.serve();
  const port = Number(new URL(server.url).port);
  for (let n = 0; n < SILENT + SLOW; n += 1) hold(port, n >= SILENT);
  const times = await probe(performance.now() + MINUTE);
  over = true;
  const held = open.size;
  for (const socket of open) socket.destroy();
  times.sort((a, b) => a - b);
  lives.sort((a, b) => a - b);
  const at = (/** @type {number[]} */ sorted, /** @type {number} */ part) => sorted[Math.floor(part * (sorted.length - 1))];
  console.log(`/healthz, ${times.length} calls beside ${held} sockets: median ${at(times, 0.5).toFixed(1)} ms, p99 ${at(times, 0.99).toFixed(1)} ms, worst ${at(times, 1).toFixed(1)} ms`);
  console.log(`${lives.length} sockets closed by the server, after ${(lives[0] / 1000).toFixed(1)} to ${(at(lives, 1) / 1000).toFixed(1)} s; ${failed} were refused`);
  if (at(times, 0.99) >= ANSWERED_BY || at(lives, 1) > CLOSED_BY || lives.length < 3 * (SILENT + SLOW) || failed > 0) {
    throw new Error('Slow clients keep others out.');
  }
} finally {
  over = true;
  for (const socket of open) socket.destroy();
  await server.stop();
}

/**
 * Holds a socket open as long as the server lets it, then another in its place.
 * @param {number} port
 * @param {boolean} speaks
 */
function hold(port, speaks) {
  const socket = connect(port, '127.0.0.1');
  /** @type {NodeJS.Timeout | undefined} */
  let letters;
  let began = 0;
  open.add(socket);
  socket.on('connect', () => {
    began = performance.now();
    if (!speaks) return;
    socket.write('GET /healthz HTTP/1.1\r\nHost: slow\r\nX-Slow: ');
    letters = setInterval(() => socket.write('x'), 1000);
  });
  socket.on('error', () => {
    if (!over && began === 0) failed += 1;
  });
  // What the server says before it closes is nobody's concern, but only read sockets see the end.
  socket.resume();
  socket.on('close', () => {
    clearInterval(letters);
    open.delete(socket);
    if (over) return;
    if (began > 0) lives.push(performance.now() - began);
    hold(port, speaks);
  });
}

/**
 * Asks for `/healthz` on new connections, one after the other: how long each took.
 * @param {number} end
 */
async function probe(end) {
  const times = [];
  while (performance.now() < end) {
    const began = performance.now();
    await new Promise((done, fail) => {
      request(`${server.url}/healthz`, { agent: false }, (answer) => answer.resume().on('end', done)).on('error', fail).end();
    });
    times.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 20));
  }
  return times;
}
