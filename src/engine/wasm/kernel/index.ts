// The module's exports: globals that place the data, and the kernels.
export * from './state';
export { trainFloat32, trainFloat64 } from './train';
export { evaluateFloat32, evaluateFloat64, packActivityFloat32, packActivityFloat64 } from './evaluate';
