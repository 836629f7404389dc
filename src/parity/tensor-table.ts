import { UserError } from '../experiment/user-error.js';
import type { Matrix } from '../net/matrix.js';
import type { Tensor } from './safetensors.js';

/** The tensors of a trace, asked for by name and shape; a refusal names the file and the tensor. */
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
}
