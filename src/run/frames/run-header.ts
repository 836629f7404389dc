import type { EngineDescription } from '../../engine/index.js';
import { type Experiment, resolveFrameEvery, totalSteps } from '../../experiment/index.js';
import { fanOutNorms, type Network, nodesOf } from '../../net/index.js';
import type { Problem } from '../../problem/index.js';
import { formatVersion, type Intervention, type OwnHeader } from '../../protocol/index.js';

/** What names a run, beside the experiment that fixes its bits. */
export type RunIdentity = Pick<OwnHeader, 'program' | 'preset' | 'title' | 'startedAt'>;

type HeaderParts = {
  readonly identity: RunIdentity;
  readonly experiment: Experiment;
  readonly engine: EngineDescription;
  /** As the run starts with it. */
  readonly problem: Problem;
  readonly threshold: number;
  readonly interventions: readonly Intervention[];
};

/** First line of a run's log: what it takes to run it again, and what its frames are read with. */
export const runHeader = (parts: HeaderParts): OwnHeader => {
  const { identity, experiment, engine, problem, threshold, interventions } = parts;
  return {
    type: 'header',
    formatVersion,
    ...identity,
    experiment,
    engine,
    frameEvery: resolveFrameEvery(experiment),
    totalSteps: totalSteps(experiment),
    threshold,
    teacherStrength: teacherStrength(problem, problem.teacher),
    studentNodes: studentNodes(problem),
    ...(interventions.length > 0 ? { interventions } : {}),
  };
};

/** ||v*_j|| of the nodes of a problem's teacher that the metrics are about, by layer. */
export const teacherStrength = (problem: Problem, teacher: Network): number[][] =>
  problem.activeNodes.map((nodes, layer) => {
    const norms = fanOutNorms(teacher, layer);
    return nodes.map((node) => norms[node]);
  });

const studentNodes = ({ student }: Problem): number[] =>
  student.hidden.map((_, layer) => nodesOf(student, layer));
