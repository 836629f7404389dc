import type { Session, SessionMessage } from '../../../protocol/index.js';
import { chosenPerturbation } from '../overlays/perturb-menu.js';
import type { View } from '../view.js';

/** Asks the run for what a view of it needs beyond its frames. Mutable. */
export class RunQuestions {
  readonly #session: Session;
  /** Previews asked for and not answered yet. */
  #previews = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Asks for what has changed. `teachers`: nodes of the layer on display. Returns whether a preview is on its way. */
  ask(before: View, { overlay, layer, pair }: View, teachers: number): boolean {
    if (pair !== before.pair || layer !== before.layer)
      this.#session.send({ type: 'watch-pair', pair: pair && { layer, ...pair } });
    if (overlay?.kind !== 'perturb' || overlay === before.overlay) return false;
    this.#previews++;
    this.#session.send({ type: 'preview', perturbation: chosenPerturbation(overlay, teachers, layer) });
    return true;
  }

  /** Whether a message answers a question that another has been asked after: what it says is not the chosen entry's. */
  isOutdated({ type }: SessionMessage): boolean {
    return type === 'preview' && --this.#previews > 0;
  }

  /** A new run owes no answers. */
  forget(): void {
    this.#previews = 0;
  }
}
