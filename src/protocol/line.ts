import * as z from 'zod';
import { later } from '../input/index.js';
import { type RunEvent, runEventSchema } from './event.js';
import { foreignHeaderSchema } from './foreign-header.js';
import { type Frame, foreignFrameSchema, frameSchema, type LayerFrame } from './frame.js';
import { formatVersion, type Header, headerSchema, isForeign } from './header.js';

const lineSchema = later(() => z.discriminatedUnion('type', [frameSchema, runEventSchema]));
const foreignLineSchema = later(() => z.discriminatedUnion('type', [foreignFrameSchema, runEventSchema]));

/** The JSON Schema of a log's lines, for whoever writes or reads one in another language. */
export const logJsonSchema = (): object => ({
  ...z.toJSONSchema(
    z.union(
      [headerSchema, foreignHeaderSchema, frameSchema, foreignFrameSchema, runEventSchema].map((line) =>
        line.unwrap(),
      ),
    ),
    {
      io: 'input',
      unrepresentable: 'any',
    },
  ),
  title: `A line of a teachtop frame log, format version ${formatVersion}`,
});

/** Whether the lists have the lengths that the header promises: whoever shows them may index them. */
const fitsLayer = (layer: LayerFrame, teachers: number, students: number): boolean =>
  layer.bestMatchOfTeacher.length === teachers &&
  layer.bestStudentOfTeacher.length === teachers &&
  layer.bestStudentOfTeacher.every((student) => student < students) &&
  layer.fanOutNorm.length === students &&
  layer.correlation.length === teachers &&
  layer.correlation.every((row) => row.length === students) &&
  layer.observability.length === teachers &&
  layer.observability.every((row) => row.length === students);

/** Whether the statements are about as many nodes as there are. */
const fitsStatements = (
  statements: Frame['statements'],
  teachers: readonly number[],
  students: readonly number[],
): boolean =>
  statements === undefined ||
  typeof statements === 'string' ||
  (statements.teachers.length === teachers[0] &&
    statements.students.length === students[0] &&
    statements.upper.length === students.length - 1 &&
    statements.upper.every(({ fanOutNorm }, at) => fanOutNorm.length === students[at + 1]));

const fits = (parsed: Frame | RunEvent, { teacherStrength, studentNodes }: Header): boolean => {
  if (parsed.type === 'frame') {
    const strength = parsed.teacherStrength ?? teacherStrength;
    return (
      parsed.layers.length === teacherStrength.length &&
      strength.length === teacherStrength.length &&
      parsed.layers.every((one, l) => fitsLayer(one, strength[l].length, studentNodes[l])) &&
      fitsStatements(
        parsed.statements,
        strength.map(({ length }) => length),
        studentNodes,
      )
    );
  }
  if (parsed.event !== 'specialized' && parsed.event !== 'lost') return true;
  return parsed.layer < studentNodes.length && parsed.student < studentNodes[parsed.layer];
};

/** Checks any line after this header. Errors: an Error saying what does not fit. */
export const parseLine = (value: unknown, runHeader: Header): Frame | RunEvent => {
  const parsed = (isForeign(runHeader) ? foreignLineSchema : lineSchema).parse(value);
  if (!fits(parsed, runHeader)) {
    const teachers = runHeader.teacherStrength.map((nodes) => nodes.length).join('-');
    const students = runHeader.studentNodes.join('-');
    throw new Error(`a ${parsed.type} that is not of ${teachers} teacher and ${students} student nodes`);
  }
  return parsed;
};
