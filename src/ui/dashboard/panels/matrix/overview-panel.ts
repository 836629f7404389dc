import { standingsOf, type TeacherStanding } from '../../../../store/index.js';
import { firstFitting, type Pieces, writePieces } from '../../../screen/panel-frame.js';
import type { Canvas } from '../../../terminal/cells.js';
import type { Drawing } from '../../../terminal/drawing.js';
import type { Scene } from '../../scene.js';
import { signMeaning, standingRole, standingSign } from '../standing-signs.js';
import { overviewTen, overviewTens } from './overview-size.js';

/** Columns of the number before ten teacher nodes. */
const numberWidth = 3;

/** A node that several have learned is told by their number. */
const signOf = ({ standing, learners }: TeacherStanding, drawing: Drawing): string =>
  standing === 'several'
    ? learners > 9
      ? drawing.several
      : String(learners)
    : standingSign(standing, drawing);

/** What the signs stand for, at the right end of a row from a column on, as far as there is room. */
const paintCaption = (canvas: Canvas, y: number, from: number, drawing: Drawing): void => {
  const signs = signMeaning('one', drawing);
  const rest: Pieces = [...signMeaning('partial', drawing), ...signMeaning('none', drawing)];
  const withLost: Pieces = [...rest.slice(0, 2), ...signMeaning('lost', drawing), ...rest.slice(2)];
  const count: Pieces[number] = [`2-9${drawing.several}`, 'specialized'];
  const many: Pieces = [count, [' several ', 'dim']];
  const short: Pieces = [
    signs[0],
    [' one ', 'dim'],
    count,
    [' more ', 'dim'],
    rest[0],
    [' on its way ', 'dim'],
    rest[2],
    [' none', 'dim'],
  ];
  const none: Pieces = [rest[0], rest[2], [' none', 'dim']];
  const caption = firstFitting(canvas.width - from, [
    [['teacher nodes, learned by ', 'dim'], ...signs, ...many, ...withLost],
    [...signs, ...many, ...withLost],
    [...signs, ...many, ...rest],
    short,
    [...short.slice(0, 4), ...none],
    [...short.slice(0, 2), ...none],
    none,
  ]);
  const width = caption.reduce((sum, [text]) => sum + text.length, 0);
  writePieces(canvas, canvas.width - width, y, caption);
};

/**
 * Every teacher node of the layer on display by its number, ten and ten: its sign, or how many student nodes have learned
 * it. Shown where the tables do not have a row for each.
 */
export const paintOverview = (canvas: Canvas, { state, view, drawing }: Scene): void => {
  const standings = standingsOf(state, view.layer);
  const tens = overviewTens(canvas.width);
  // Numbers of three digits would touch the signs before them.
  const pitch = standings.length > 100 ? Math.floor(canvas.width / tens) : overviewTen;
  standings.forEach((each, teacher) => {
    const ten = Math.floor(teacher / 10);
    const x = (ten % tens) * pitch;
    const y = Math.floor(ten / tens);
    if (teacher % 10 === 0) canvas.textBefore(x + numberWidth, y, String(teacher), 'dim');
    canvas.text(x + numberWidth + (teacher % 10) + 1, y, signOf(each, drawing), standingRole(each.standing));
  });
  const count = Math.ceil(standings.length / 10);
  const rows = Math.ceil(count / tens);
  // In the row that is not full, behind its last ten and a blank.
  const inLastRow = count - (rows - 1) * tens;
  paintCaption(canvas, rows - 1, pitch * (inLastRow - 1) + overviewTen + 1, drawing);
  if (rows > canvas.height) canvas.textBefore(canvas.width, canvas.height - 1, drawing.ellipsis, 'dim');
};
