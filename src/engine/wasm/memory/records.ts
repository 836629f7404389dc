/** A record that the kernels read (src/engine/wasm/kernel/host-records.ts): its doubles, then its words, as they lie there. */
type Fields<Double extends string, Word extends string> = {
  readonly doubles: readonly Double[];
  readonly words: readonly Word[];
};

const fields = <const Double extends string, const Word extends string>(
  doubles: readonly Double[],
  words: readonly Word[],
): Fields<Double, Word> => ({ doubles, words });

export const layerFields = fields(
  ['slope', 'weightNorms', 'biasNorms'],
  [
    'kind',
    'inputs',
    'units',
    'positions',
    'width',
    'channels',
    'readWidth',
    'readRows',
    'activation',
    'frozen',
    'carriesGradient',
    'constraint',
    'withoutBias',
    'biased',
    'weights',
    'weightStep',
    'reads',
    'readStep',
    'out',
    'outStep',
    'norm',
    'raw',
    'rawStep',
    'gradient',
    'gradientStep',
    'turned',
    'turnedStep',
    'kept',
    'first',
    'second',
    'squares',
    'teacherUnits',
    'measured',
    'measuredStep',
    'teacher',
    'teacherActivity',
    'products',
    'totals',
    'counts',
    'unitSquares',
    'activity',
  ],
);

export const normFields = fields(
  [],
  ['beforeActivation', 'trained', 'step', 'affine', 'running', 'current', 'kept', 'first', 'second'],
);

export const dataSetFields = fields([], ['rows', 'inputs', 'inputStride', 'targets', 'targetStride']);

export const networkFields = fields(
  [
    'learningRate',
    'weightDecay',
    'momentum',
    'temperature',
    'adamSteps',
    'minimumLoss',
    'sumLoss',
    'maximumLoss',
  ],
  [
    'diverged',
    'layerCount',
    'layers',
    'loss',
    'optimizer',
    'trainingSet',
    'sampler',
    'block',
    'training',
    'list',
    'targets',
    'targetStep',
    'losses',
    'hits',
    'threads',
    'team',
    'kind',
    'layer',
    'rows',
    'fresh',
    'last',
    'batch',
    'set',
    'teacherRow',
  ],
);

/** Bytes of a record, whole doubles. */
export const recordBytes = ({ doubles, words }: Fields<string, string>): number =>
  8 * (doubles.length + Math.ceil(words.length / 2));

/** A record in the kernels' memory, by the names of its fields. */
export class MemoryRecord<Double extends string, Word extends string> {
  readonly pointer: number;
  readonly #fields: Fields<Double, Word>;
  readonly #doubles: Float64Array;
  readonly #words: Int32Array;

  constructor(fields: Fields<Double, Word>, buffer: ArrayBufferLike, pointer: number) {
    this.pointer = pointer;
    this.#fields = fields;
    this.#doubles = new Float64Array(buffer, pointer, fields.doubles.length);
    this.#words = new Int32Array(buffer, pointer + this.#doubles.byteLength, fields.words.length);
  }

  /** Sets the fields that are named. Mutates the memory. */
  set(values: Partial<Readonly<Record<Double | Word, number>>>): void {
    const given: Partial<Readonly<Record<string, number>>> = values;
    for (const [i, name] of this.#fields.doubles.entries())
      this.#doubles[i] = given[name] ?? this.#doubles[i];
    for (const [i, name] of this.#fields.words.entries()) this.#words[i] = given[name] ?? this.#words[i];
  }

  double(name: Double): number {
    return this.#doubles[this.#fields.doubles.indexOf(name)];
  }

  word(name: Word): number {
    return this.#words[this.#fields.words.indexOf(name)];
  }
}
