// Threads that share the phases of a step. Each has a part of a phase's pieces, near what its cache holds; it takes some of
// them at a time, then what others have left: one that the system keeps from running holds up no more than it has taken.
import { piecesOf, run } from './phases';
import { NetworkRecord } from './host-records';
import { rowAt } from './products/panel';

/** What the threads share, each in a line of its own, from `network.team` on; the host writes ENDED. */
const PHASE: usize = 0;
const TO_DO: usize = 64;
const SLEEPERS: usize = 128;
const ENDED: usize = 192;
/** A line for each thread: the shares of the phase that are its own and not yet taken. */
const OWN: usize = 256;

/** Most shares of a phase, where it has more pieces: what half a word holds. */
const MOST_SHARES: i32 = 0xffff;

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

@inline
function sharesOf(pieces: i32): i32 {
  return min<i32>(pieces, MOST_SHARES);
}

/** The piece that a share starts with. */
@inline
function pieceAt(pieces: i32, share: i32): i32 {
  return <i32>((<i64>pieces * share) / sharesOf(pieces));
}

@inline
function ownWord(network: NetworkRecord, thread: i32): usize {
  return rowAt(network.team + OWN, thread);
}

/** Hands out shares [from, to) to a thread: the phase's number is in the upper half of its word. */
@inline
function handOut(network: NetworkRecord, thread: i32, phase: i32, from: i32, to: i32): void {
  atomic.store<i64>(ownWord(network, thread), (<i64>phase << 32) | (<i64>from << 16) | <i64>to);
}

/**
 * Takes some of a thread's shares and does them: a quarter of those left, so that the last ones are few; from the back by
 * the thread itself, for the last band of rows is the largest, and from the front by others. False when none are left.
 */
function takeShares<T>(network: NetworkRecord, owner: i32, fromBack: bool): bool {
  const word = ownWord(network, owner), was = atomic.load<i64>(word);
  const first = <i32>(was >>> 16) & MOST_SHARES, end = <i32>was & MOST_SHARES;
  if (first >= end) return false;
  const count = (end - first + 3) >> 2, from = fromBack ? end - count : first;
  const rest = fromBack ? was - <i64>count : was + (<i64>count << 16);
  if (atomic.cmpxchg<i64>(word, was, rest) != was) return true;
  const pieces = piecesOf<T>(network);
  run<T>(network, pieceAt(pieces, from), pieceAt(pieces, from + count));
  const toDo = network.team + TO_DO;
  if (atomic.sub<i32>(toDo, count) == count) wake(network, toDo);
  return true;
}

/** Takes shares until none are left: a thread's own first. */
function takeAll<T>(network: NetworkRecord, thread: i32): void {
  const threads = network.threads;
  for (let i = 0; i < threads; i++)
    while (takeShares<T>(network, (thread + i) % threads, i == 0)) continue;
}

/** Does the current phase, together with the helpers. */
export function perform<T>(network: NetworkRecord, kind: i32, layer: i32): void {
  network.kind = kind;
  network.layer = layer;
  const pieces = piecesOf<T>(network), threads = network.threads;
  if (threads == 1 || pieces == 1) {
    run<T>(network, 0, pieces);
    return;
  }
  const number = network.team + PHASE, toDo = network.team + TO_DO;
  const phase = atomic.load<i32>(number) + 1, shares = sharesOf(pieces);
  atomic.store<i32>(toDo, shares);
  for (let thread = 0; thread < threads; thread++)
    handOut(network, thread, phase, (shares * thread) / threads, (shares * (thread + 1)) / threads);
  atomic.store<i32>(number, phase);
  wake(network, number);
  takeAll<T>(network, 0);
  for (;;) {
    const left = atomic.load<i32>(toDo);
    if (left == 0) return;
    awaitChange(network, toDo, left);
  }
}

/** A helper's life: takes shares until the team is told to end. */
export function help<T>(network: NetworkRecord, thread: i32): void {
  const number = network.team + PHASE, ended = network.team + ENDED;
  while (atomic.load<i32>(ended) == 0) {
    const was = atomic.load<i32>(number);
    takeAll<T>(network, thread);
    if (atomic.load<i32>(ended) == 0) awaitChange(network, number, was);
  }
}
