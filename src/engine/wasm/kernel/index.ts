// The program's exports, once for each precision.
import { correlate, evaluate, forward } from './evaluate';
import { DataSet, LAYER_BYTES, NetworkRecord, Norm } from './host-records';
import { help } from './shared-phases';
import { train } from './train';

/** Sizes of the records, which the host checks against its own. */
export function layerBytes(): i32 {
  return <i32>LAYER_BYTES;
}

export function networkBytes(): i32 {
  return (<i32>offsetof<NetworkRecord>() + 7) & ~7;
}

export function normBytes(): i32 {
  return (<i32>offsetof<Norm>() + 7) & ~7;
}

export function dataSetBytes(): i32 {
  return (<i32>offsetof<DataSet>() + 7) & ~7;
}

/** Where the tables of logarithms and powers end, which lie before everything of the host's. */
export function reservedBytes(): i32 {
  return <i32>__heap_base;
}

export function trainFloat32(network: NetworkRecord, steps: i32, batch: i32, source: usize): i32 {
  return train<f32>(network, steps, batch, source);
}

export function trainFloat64(network: NetworkRecord, steps: i32, batch: i32, source: usize): i32 {
  return train<f64>(network, steps, batch, source);
}

export function evaluateFloat32(network: NetworkRecord, set: usize, first: i32, count: i32, metrics: bool): f64 {
  return evaluate<f32>(network, set, first, count, metrics);
}

export function evaluateFloat64(network: NetworkRecord, set: usize, first: i32, count: i32, metrics: bool): f64 {
  return evaluate<f64>(network, set, first, count, metrics);
}

export function correlateFloat32(network: NetworkRecord, set: usize, first: i32, count: i32): void {
  correlate<f32>(network, set, first, count);
}

export function correlateFloat64(network: NetworkRecord, set: usize, first: i32, count: i32): void {
  correlate<f64>(network, set, first, count);
}

export function forwardFloat32(network: NetworkRecord, set: usize, first: i32, count: i32): void {
  forward<f32>(network, set, first, count);
}

export function forwardFloat64(network: NetworkRecord, set: usize, first: i32, count: i32): void {
  forward<f64>(network, set, first, count);
}

export function helpFloat32(network: NetworkRecord, thread: i32): void {
  help<f32>(network, thread);
}

export function helpFloat64(network: NetworkRecord, thread: i32): void {
  help<f64>(network, thread);
}
