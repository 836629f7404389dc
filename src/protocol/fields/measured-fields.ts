import * as z from 'zod';
import { classesSchema, curvatureSchema, orderSchema, statementsSchema } from '../frame-measurements.js';
import type { Immutable } from '../immutable.js';
import { number, numbers } from '../values.js';
import { field } from './frame-field.js';

/** A number of what is measured, where it could be. */
const measured =
  <Measured extends object>(read: (found: Measured) => number) =>
  (found: Measured | string): number | undefined =>
    typeof found === 'string' ? undefined : read(found);

type OrderParameters = Immutable<z.output<typeof orderSchema>>;

/** What the equations of online learning predict, where they do. */
export const prediction = ({ predicted }: OrderParameters) =>
  predicted === null || typeof predicted === 'string' ? undefined : predicted;

/** What a frame has where the experiment asks for it or has it by its nature. */
export const measuredFields = {
  statements: field(() =>
    statementsSchema
      .exactOptional()
      .describe(
        "Quantities of the paper's statements on the lowest layer, 5 significant digits, or why there are none: see " +
          'docs/guide/theory.md. Only with the setting `statements`.',
      ),
  ),
  curvature: field(
    () =>
      curvatureSchema
        .exactOptional()
        .describe(
          'Largest and smallest eigenvalue of the Hessian of the loss that is trained, each with its error, 5 significant ' +
            'digits, or why there are none: see docs/guide/theory.md. Only with the setting `curvatureEvery`.',
        ),
    {
      numbers: {
        largestEigenvalue: {
          label: 'largest eigenvalue of the Hessian',
          unit: '',
          better: null,
          long: 'hessian_largest',
          wide: 'hessian_largest',
          tag: 'hessian/largest',
          report: 'landscape',
          asked: true,
          of: measured(({ largest }) => largest.value),
        },
        smallestEigenvalue: {
          label: 'smallest eigenvalue of the Hessian',
          unit: '',
          better: null,
          long: 'hessian_smallest',
          wide: 'hessian_smallest',
          tag: 'hessian/smallest',
          report: 'landscape',
          asked: true,
          of: measured(({ smallest }) => smallest.value),
        },
      },
    },
  ),
  topAgreement: field(
    () =>
      numbers
        .exactOptional()
        .describe(
          "Percentage of evaluation samples whose teacher class is among the student's first 1 .. 5; with cross-entropy.",
        ),
    {
      lists: [
        {
          label: 'agreement among the first K',
          unit: '%',
          better: 'higher',
          long: 'top_K_agreement',
          wide: 'top_K_agreement',
          tag: 'top_agreement/K',
          report: 'classes',
          per: 'rank',
          of: (shares) => shares,
        },
      ],
    },
  ),
  labels: field(
    () =>
      z
        .object({ loss: number, topAgreement: numbers })
        .exactOptional()
        .describe(
          "The student against the data set's own labels: mean cross-entropy, and the percentage of evaluation samples whose " +
            'label is among its first 1 .. 5. Only with the setting `labelMetrics`.',
        ),
    {
      numbers: {
        labelLoss: {
          label: 'cross-entropy with the labels',
          unit: 'loss',
          better: 'lower',
          long: 'label_loss',
          wide: 'label_loss',
          tag: 'labels/loss',
          report: 'classes',
          asked: true,
          of: ({ loss }) => loss,
        },
      },
      lists: [
        {
          label: 'labels among the first K',
          unit: '%',
          better: 'higher',
          long: 'top_K_labels',
          wide: 'top_K_labels',
          tag: 'labels/top_K',
          report: 'classes',
          per: 'rank',
          of: ({ topAgreement }) => topAgreement,
        },
      ],
    },
  ),
  gradientNorms: field(
    () =>
      z
        .object({ weights: numbers, biases: numbers })
        .exactOptional()
        .describe(
          "Norms of the minibatch gradients of each layer, the head's last, means since the previous frame. Only of " +
            'experiments after the published script of several layers, and only after a step.',
        ),
    {
      lists: [
        {
          label: 'gradient norm',
          unit: '',
          better: null,
          long: 'gradient_norm',
          wide: 'gradient_norm.L',
          tag: 'gradient_norm/L',
          report: 'landscape',
          per: 'weights',
          of: ({ weights }) => weights,
        },
      ],
    },
  ),
  richness: field(
    () =>
      z
        .object({ distance: numbers, kernel: number })
        .exactOptional()
        .describe(
          "How far the student is from its start: |W - W0| / |W0| of each layer's weights, the head's last, and how much the " +
            'tangent kernel has turned, null where it is not computed; 5 significant digits. Only with the setting `richness`.',
        ),
    {
      numbers: {
        kernelChange: {
          label: 'turn of the tangent kernel',
          unit: '',
          better: null,
          long: 'kernel_change',
          wide: 'kernel_change',
          tag: 'richness/kernel_change',
          report: 'landscape',
          asked: true,
          of: ({ kernel }) => kernel,
        },
      },
      lists: [
        {
          label: 'distance from the start',
          unit: 'initial weights',
          better: null,
          long: 'distance_from_start',
          wide: 'distance_from_start.L',
          tag: 'richness/distance/L',
          report: 'landscape',
          per: 'weights',
          of: ({ distance }) => distance,
        },
      ],
    },
  ),
  classes: field(
    () =>
      classesSchema
        .exactOptional()
        .describe(
          'Evaluation samples of each class, by the largest output of the teacher and of the student, and by the labels of the ' +
            'data set where the setting `labelMetrics` reads them. Only with the setting `classCounts`.',
        ),
    {
      lists: [
        {
          label: "evaluation samples of the teacher's class C",
          unit: 'samples',
          better: null,
          long: 'class_count_teacher.C',
          wide: 'class_count_teacher.C',
          tag: 'classes/teacher/C',
          report: 'classes',
          per: 'class',
          of: ({ teacher }) => teacher,
        },
        {
          label: "evaluation samples of the student's class C",
          unit: 'samples',
          better: null,
          long: 'class_count_student.C',
          wide: 'class_count_student.C',
          tag: 'classes/student/C',
          report: 'classes',
          per: 'class',
          of: ({ student }) => student,
        },
        {
          label: 'evaluation samples of label C',
          unit: 'samples',
          better: null,
          long: 'class_count_label.C',
          wide: 'class_count_label.C',
          tag: 'classes/label/C',
          report: 'classes',
          per: 'class',
          of: ({ labels }) => labels,
        },
      ],
    },
  ),
  orderParameters: field(
    () =>
      orderSchema
        .exactOptional()
        .describe(
          'Covariances of pre-activations over all inputs, 6 significant digits: `q` of student nodes, `r` of student with ' +
            'teacher nodes, `t` of teacher nodes; `loss`: what the evaluation loss is then, in closed form; `predicted`: by the ' +
            'equations of online learning from the start on, as if nobody had touched the run, null where they diverge, or why ' +
            'nothing is predicted. Only of networks without biases on online Gaussian samples, see docs/guide/theory.md.',
        ),
    {
      numbers: {
        closedFormLoss: {
          label: 'closed-form loss',
          unit: 'loss',
          better: 'lower',
          long: 'closed_form_loss',
          wide: 'closed_form_loss',
          tag: 'loss/closed_form',
          report: 'order',
          asked: true,
          of: ({ loss }) => loss,
        },
        predictedLoss: {
          label: 'predicted loss',
          unit: 'loss',
          better: null,
          long: 'predicted_loss',
          wide: 'predicted_loss',
          tag: 'loss/predicted',
          report: 'order',
          asked: true,
          of: (found) => prediction(found)?.loss,
        },
      },
      pairs: [
        {
          label: 'order parameter Q',
          unit: '',
          better: null,
          long: 'order_q.N',
          wide: 'order_q.I.N',
          tag: 'order/q/I/N',
          report: 'order',
          rows: 'I',
          columns: 'N',
          of: ({ q }) => q,
        },
        {
          label: 'order parameter R',
          unit: '',
          better: null,
          long: 'order_r',
          wide: 'order_r.I.J',
          tag: 'order/r/I/J',
          report: 'order',
          rows: 'I',
          columns: 'J',
          of: ({ r }) => r,
        },
        {
          label: 'order parameter T',
          unit: '',
          better: null,
          long: 'order_t.N',
          wide: 'order_t.J.N',
          tag: 'order/t/J/N',
          report: 'order',
          rows: 'J',
          columns: 'N',
          of: ({ t }) => t,
        },
        {
          label: 'predicted Q',
          unit: '',
          better: null,
          long: 'predicted_q.N',
          wide: 'predicted_q.I.N',
          tag: 'order/predicted_q/I/N',
          report: 'order',
          rows: 'I',
          columns: 'N',
          of: (found) => prediction(found)?.q,
        },
        {
          label: 'predicted R',
          unit: '',
          better: null,
          long: 'predicted_r',
          wide: 'predicted_r.I.J',
          tag: 'order/predicted_r/I/J',
          report: 'order',
          rows: 'I',
          columns: 'J',
          of: (found) => prediction(found)?.r,
        },
      ],
    },
  ),
};
