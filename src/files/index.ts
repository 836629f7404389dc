/** Tensors, data sets, folders and locks on disk. */
export { isPartial, partialPath, replaceFile, syncFolder, writeAll, writeDurableSoon } from './durable.js';
export { loadExperimentFiles } from './experiment-files.js';
export { FolderLock, type FoundLock, findLock, recording, sweeping, writeNewFile } from './folder-lock.js';
export { createFolders } from './folders.js';
export { refuseUnlessPlain } from './plain-file.js';
export { networkTensors, readNetworkLike } from './tensors/network-tensors.js';
export { readSafetensors, readSafetensorsMetadata } from './tensors/safetensors.js';
export { encodeSafetensors } from './tensors/safetensors-writer.js';
export { checkSeal, encodeSealed } from './tensors/seal.js';
export { type NetworkInput, readNetwork } from './tensors/state-dict.js';
export { TensorTable } from './tensors/tensor-table.js';
export { openUnnamed } from './unnamed-file.js';
