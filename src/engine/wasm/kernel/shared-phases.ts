// Threads that share the phases of a step. A phase has some parts for each thread, which takes its own first, near what
// its cache holds, then what others have left: one that the system keeps from running holds nobody up.
import { piecesOf, run } from './phases';
import { NetworkRecord } from './host-records';

/** Parts of a phase for each thread: enough that the last to finish has little left. */
const PARTS_PER_THREAD: i32 = 4;
/** Most parts: bits of a word. */
const MOST_PARTS: i32 = 32;

/** What the threads share, each in a line of its own, from `network.team` on; the host writes ENDED. */
const OFFER: usize = 0;
const DONE: usize = 64;
const SLEEPERS: usize = 128;
const ENDED: usize = 192;

/** Looks at a word that is about to change before a thread sleeps: some 30 µs. */
const LOOKS: i32 = 20000;

/** Returns once a word is no longer what it was. */
function awaitChange(network: NetworkRecord, at: usize, was: i32): void {
  for (let looks = LOOKS; looks > 0; looks--) if (atomic.load<i32>(at) != was) return;
  const sleepers = network.team + SLEEPERS;
  atomic.add<i32>(sleepers, 1);
  while (atomic.load<i32>(at) == was) atomic.wait<i32>(at, was, -1);
  atomic.sub<i32>(sleepers, 1);
}

/** Wakes whoever sleeps at a word; most of the time nobody does. */
@inline
function wake(network: NetworkRecord, at: usize): void {
  if (atomic.load<i32>(network.team + SLEEPERS) > 0) atomic.notify(at, -1);
}

/** The phase on offer: its number in the upper half, a bit for each part that is not taken in the lower one. */
@inline
function offerOf(phase: i32, parts: i32): i64 {
  return (<i64>phase << 32) | <i64>(0xffffffff >>> (MOST_PARTS - parts));
}

/** The free part that a thread takes first: the next one from its own on, of parts in a circle. */
@inline
function choosePart(free: u32, parts: i32, thread: i32, threads: i32): i32 {
  const own = (parts * thread) / threads;
  const above = free >>> own << own;
  return <i32>ctz<u32>(above ? above : free);
}

/** Does a part of the phase that is offered; false when none is left. */
function takePart<T>(network: NetworkRecord, thread: i32): bool {
  const offer = network.team + OFFER;
  const was = atomic.load<i64>(offer), free = <u32>was;
  if (!free) return false;
  // The parts of a phase are read after its offer and before a part of it is taken: if that succeeds, they are its own.
  const parts = network.parts;
  const part = choosePart(free, parts, thread, network.threads);
  if (atomic.cmpxchg<i64>(offer, was, was & ~(<i64>1 << part)) != was) return true;
  const pieces = piecesOf<T>(network);
  run<T>(network, (pieces * part) / parts, (pieces * (part + 1)) / parts);
  const done = network.team + DONE;
  if (atomic.add<i32>(done, 1) + 1 == parts) wake(network, done);
  return true;
}

/** Does the current phase, together with the helpers. */
export function perform<T>(network: NetworkRecord, kind: i32, layer: i32): void {
  network.kind = kind;
  network.layer = layer;
  const pieces = piecesOf<T>(network);
  if (network.threads == 1 || pieces == 1) {
    run<T>(network, 0, pieces);
    return;
  }
  const parts = min<i32>(MOST_PARTS, min<i32>(pieces, network.threads * PARTS_PER_THREAD));
  const offer = network.team + OFFER, done = network.team + DONE;
  network.parts = parts;
  atomic.store<i32>(done, 0);
  atomic.store<i64>(offer, offerOf(<i32>(atomic.load<i64>(offer) >>> 32) + 1, parts));
  wake(network, offer + 4);
  while (takePart<T>(network, 0)) continue;
  for (;;) {
    const finished = atomic.load<i32>(done);
    if (finished >= parts) return;
    awaitChange(network, done, finished);
  }
}

/** A helper's life: takes parts until the team is told to end. */
export function help<T>(network: NetworkRecord, thread: i32): void {
  const number = network.team + OFFER + 4, ended = network.team + ENDED;
  while (atomic.load<i32>(ended) == 0) {
    const was = atomic.load<i32>(number);
    while (takePart<T>(network, thread)) continue;
    if (atomic.load<i32>(ended) == 0) awaitChange(network, number, was);
  }
}
