import { nextOf } from '../../charts/chart-actions.js';
import { lineDrawings } from '../../charts/line-drawing.js';
import { paletteNames } from '../../terminal/palette.js';
import { themeChoices } from '../../terminal/theme.js';
import { nextFrameRate, nextThreshold, shownRate } from '../preferences.js';
import type { DashboardActions } from './actions.js';

export const chooseThreshold = ({ preferences, prefer, session }: DashboardActions): void => {
  const threshold = nextThreshold(preferences.threshold);
  prefer({ threshold });
  session.send({ type: 'set-threshold', threshold });
};

export const chooseTheme = ({ preferences, prefer, say }: DashboardActions): void => {
  const theme = nextOf(themeChoices, preferences.theme);
  prefer({ theme });
  say(theme === 'auto' ? "theme by the terminal's background" : `theme for a ${theme} background`);
};

export const choosePalette = ({ preferences, prefer, say }: DashboardActions): void => {
  const palette = nextOf(paletteNames, preferences.palette);
  prefer({ palette });
  say(`palette ${palette}`);
};

export const toggleMouse = ({ preferences, prefer, say }: DashboardActions): void => {
  const mouse = !preferences.mouse;
  prefer({ mouse });
  say(mouse ? 'click and wheel' : "the terminal's own mouse");
};

export const toggleDrawing = ({ preferences, prefer }: DashboardActions): void =>
  prefer({ drawing: preferences.drawing === 'utf8' ? 'ascii' : 'utf8' });

export const chooseLines = ({ preferences, prefer, say }: DashboardActions): void => {
  const lines = nextOf(lineDrawings, preferences.lines);
  prefer({ lines });
  say(
    lines === 'auto'
      ? 'fine lines in charts of few rows'
      : lines === 'braille'
        ? 'fine lines'
        : 'plain lines',
  );
};

export const chooseFrameRate = (
  { preferences, prefer, shell, view, say }: DashboardActions,
  direction: 1 | -1,
): void => {
  const framesPerSecond = nextFrameRate(preferences.framesPerSecond, direction);
  prefer({ framesPerSecond });
  shell.setPace(shownRate(framesPerSecond, view.slowed));
  say(`${framesPerSecond} frames a second`);
};
