/** A grid of runs over seeds: file, folder, results, statistics; on local threads or Slurm. */

export { cellKey, type SweepRun } from './expand.js';
export { type ExportedSweep, readExportedSweep, sweepCriteria, sweepFolderAt } from './exported-sweep.js';
export { betterResult, type LaunchedSweep } from './launched-sweep.js';
export { LocalSweep } from './local/local-sweep.js';
export { type CellProgress, type QueueReport, type SweepEvent, SweepProgress } from './progress.js';
export type { EpochRecord, SweepResult } from './result.js';
export { readStoredResults, resultsFileName } from './results-file.js';
export { slurmCommands } from './slurm/slurm-commands.js';
export { SlurmSweep } from './slurm/slurm-sweep.js';
export { runTask } from './slurm/slurm-task.js';
export {
  type CellQuantity,
  type CellQuantityName,
  cellQuantities,
  recoveredShare,
} from './statistics/cell-quantities.js';
export {
  type CellStatistics,
  cellStatistics,
  type LayerStatistics,
  lossCurve,
  type Rate,
  recoveredAtEnd,
  type Spread,
  type StudentPoint,
  type SuccessRates,
  spreadOf,
  statisticsByCell,
  successAt,
} from './statistics/cell-statistics.js';
export { medianRecovery, recoveryCurve, recoveryEpochs } from './statistics/recovery.js';
export { type SuccessCriteria, usualCriteria } from './statistics/success-criteria.js';
export { listSweeps, loadSweep, type Sweep, type SweepFile, sweepJsonSchema } from './sweep-file.js';
export { withBase, withSettings } from './sweep-settings.js';
