import { UserError } from '../../input/index.js';
import type { Matrix } from '../../net/index.js';
import type { Tensor } from './safetensors.js';

/** The tensors of a file, asked for by name and shape; a refusal names the file and the tensor. */
export class TensorTable {
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #path: string;

  constructor(tensors: ReadonlyMap<string, Tensor>, path: string) {
    this.#tensors = tensors;
    this.#path = path;
  }

  names(): string[] {
    return [...this.#tensors.keys()];
  }

  get(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new UserError(`${this.#path}: tensor "${name}": got none, allowed: one`);
    return tensor;
  }

  refuse(name: string, got: string, allowed: string): UserError {
    return new UserError(`${this.#path}: tensor "${name}": got ${got}, allowed: ${allowed}`);
  }

  matrix(name: string, rows?: number, columns?: number): Matrix {
    const { shape, values } = this.get(name);
    const fits = shape.length === 2 && (rows ?? shape[0]) === shape[0] && (columns ?? shape[1]) === shape[1];
    if (!fits || values.length === 0)
      throw this.refuse(name, `shape [${shape.join(', ')}]`, `[${rows ?? 'any'}, ${columns ?? 'any'}]`);
    return { rows: shape[0], columns: shape[1], data: values };
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** A tensor of two axes or more as a matrix whose rows are the first axis. */
  flatMatrix(name: string, rows?: number, columns?: number): Matrix {
    const { shape, values } = this.get(name);
    const [first, ...rest] = shape;
    const width = rest.reduce((product, size) => product * size, 1);
    const fits = shape.length >= 2 && (rows ?? first) === first && (columns ?? width) === width;
    if (!fits || values.length === 0)
      throw this.refuse(
        name,
        `shape [${shape.join(', ')}]`,
        `[${rows ?? 'any'}, ${columns ?? 'any'} in all]`,
      );
    return { rows: first, columns: width, data: values };
  }

  vector(name: string, length: number): Float64Array {
    const { shape, values } = this.get(name);
    if (shape.length !== 1 || shape[0] !== length)
      throw this.refuse(name, `shape [${shape.join(', ')}]`, `[${length}]`);
    return values;
  }
}
